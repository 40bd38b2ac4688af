// The step of a run that a text on the command line means.
import type { InstanceId } from "../engine/protocol.ts";
import { suggest } from "../util/suggest.ts";
import { type Invocation, UsageError } from "./command.ts";
import { shortStep } from "./ui/text.ts";

/** The instance a text means: as printed, with keys in quotes or not, or a map's item with a single step in it. */
export function findInstance(step: string, instances: ReadonlyMap<InstanceId, unknown>): InstanceId {
  if (instances.has(step)) return step;
  const ids = [...instances.keys()];
  const same = ids.filter((id) => withoutQuotes(id) === withoutQuotes(step));
  if (same.length === 1) return same[0]!;
  const inside = ids.filter(
    (id) =>
      withoutQuotes(id).startsWith(`${withoutQuotes(step)}.`) ||
      withoutQuotes(id).startsWith(`${withoutQuotes(step)}[`),
  );
  if (inside.length === 1) return inside[0]!;
  const shown = (found: readonly string[]): string =>
    found
      .slice(0, 5)
      .map((id) => `\`${shortStep(id)}\``)
      .join(", ");
  if (inside.length > 1)
    throw new UsageError(`\`${step}\` holds ${inside.length} steps: ${shown(inside)}${inside.length > 5 ? " …" : ""}`);
  const near = suggest(withoutQuotes(step), ids.map(withoutQuotes));
  const hint =
    near.length > 0
      ? `did you mean \`${near[0]}\`?`
      : ids.length > 0
        ? `there are ${shown(ids)}`
        : "nothing has begun yet";
  throw new UsageError(`no step \`${step}\` has begun in this run; ${hint}`);
}

function withoutQuotes(step: string): string {
  return step.replace(/\["((?:[^"\\]|\\.)*)"\]/g, (_, key: string) => `[${key}]`);
}

/** The number of the attempt that the command line names. */
export function wantedAttempt(invocation: Invocation): number | undefined {
  const wanted = invocation.value("attempt");
  if (wanted !== undefined && !/^[1-9]\d{0,8}$/.test(wanted))
    throw new UsageError(`--attempt takes a number above 0, not \`${wanted}\``);
  return wanted === undefined ? undefined : Number(wanted);
}

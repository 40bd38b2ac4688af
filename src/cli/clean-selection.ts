// Which runs `clean` is to remove, from its options: on this machine and in a cluster.
import { parseDuration, parseQuantityLiteral } from "../types/quantity.ts";
import { type Invocation, UsageError } from "./command.ts";

export interface Selection {
  /** All but so many of the newest. */
  readonly keep?: number;
  /** Those that began before this time, in milliseconds since the epoch. */
  readonly before?: number;
}

/** Reads the options; exactly one way to choose must be given. */
export function readSelection(invocation: Invocation, now: number): Selection {
  const keep = invocation.value("keep");
  const age = invocation.value("older-than");
  const ways = [invocation.operands.length > 0, invocation.has("all"), keep !== undefined, age !== undefined];
  if (!ways.includes(true)) throw new UsageError("which runs? Name them, or say --older-than, --keep or --all");
  if (ways.filter((way) => way).length > 1)
    throw new UsageError("name runs, or say one of --older-than, --keep and --all");
  if (keep !== undefined && !/^\d{1,9}$/.test(keep)) throw new UsageError(`--keep takes a number, not \`${keep}\``);
  return {
    ...(keep !== undefined && { keep: Number(keep) }),
    ...(age !== undefined && { before: now - parseAge(age) }),
  };
}

/** The chosen of runs that stand oldest first. */
export function chooseByAge<T>(
  runs: readonly T[],
  created: (run: T) => number,
  { keep, before }: Selection,
): readonly T[] {
  if (keep !== undefined) return runs.slice(0, Math.max(0, runs.length - keep));
  return before === undefined ? runs : runs.filter((run) => created(run) < before);
}

/** Milliseconds of `7d`, `12h`, `1h30m`. */
function parseAge(text: string): number {
  const literal = parseQuantityLiteral(text);
  if (literal.ok && literal.kind === "duration") return literal.value;
  const parsed = parseDuration(text);
  if (parsed.ok) return parsed.value;
  throw new UsageError(`--older-than takes a duration such as 7d or 12h, not \`${text}\``);
}

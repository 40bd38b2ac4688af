// The command lines of all items of a map as one, for an Indexed Job: where texts differ by the item's index alone, `$(JOB_COMPLETION_INDEX)`
// stands for it. In: the items' invocations, in order. Out: texts that Kubernetes expands to each item's own, or nothing where there are none.
import type { Invocation, InvocationCommand, InvocationEnv } from "../../engine/invocation.ts";
import { withoutExpansion } from "../expansion.ts";
import type { JsonObject } from "../yaml.ts";

/** The variable, set ahead of all others, so that their values can name it: the controller would add it after them. */
export const INDEX_ENV: JsonObject = {
  name: "JOB_COMPLETION_INDEX",
  valueFrom: { fieldRef: { fieldPath: "metadata.annotations['batch.kubernetes.io/job-completion-index']" } },
};

const INDEX = "$(JOB_COMPLETION_INDEX)";

type Good = Extract<Invocation, { readonly ok: true }>;

export interface IndexTexts {
  /** Escaped for Kubernetes. */
  readonly invocation: { readonly command: InvocationCommand; readonly env: readonly InvocationEnv[] };
  /** A value of `env` names the index. */
  readonly envUsesIndex: boolean;
}

/** One invocation for all. */
export function indexInvocations(invocations: readonly Good[]): IndexTexts | undefined {
  const [first] = invocations;
  if (!first) return undefined;
  const command = indexCommand(first.command, invocations);
  if (!command) return undefined;
  let envUsesIndex = false;
  const env: InvocationEnv[] = [];
  for (const [position, entry] of first.env.entries()) {
    const others = invocations.map((invocation) => invocation.env[position]);
    if (others.some((other) => other?.name !== entry.name) || entry.name === "JOB_COMPLETION_INDEX") return undefined;
    if ("secret" in entry) {
      if (others.some((other) => !other || !("secret" in other) || other.secret !== entry.secret)) return undefined;
      env.push(entry);
      continue;
    }
    const texts = others.map((other) => (other && "value" in other ? other.value : undefined));
    const text = indexText(texts);
    if (text === undefined) return undefined;
    if (text.includes(INDEX) && text !== withoutExpansion(entry.value)) envUsesIndex = true;
    env.push({ name: entry.name, value: text });
  }
  if (invocations.some((invocation) => invocation.env.length !== first.env.length)) return undefined;
  return { invocation: { command, env }, envUsesIndex };
}

function indexCommand(first: InvocationCommand, invocations: readonly Good[]): InvocationCommand | undefined {
  if (first.form === "script") return first;
  const lines = invocations.map(({ command }) => ("argv" in command ? command.argv : []));
  if (lines.some((line) => line.length !== first.argv.length)) return undefined;
  const argv = first.argv.map((_, position) => indexText(lines.map((line) => line[position])));
  return argv.includes(undefined) ? undefined : { form: first.form, argv: argv as readonly string[] };
}

/** The text that is `texts[i]` for index i, escaped; undefined where no such text is found. */
function indexText(texts: readonly (string | undefined)[]): string | undefined {
  const [first] = texts;
  if (first === undefined) return undefined;
  if (texts.every((text) => text === first)) return withoutExpansion(first);
  // The first item's index is 0: one of its zeros is the index.
  for (let at = first.indexOf("0"); at >= 0; at = first.indexOf("0", at + 1)) {
    const [before, after] = [first.slice(0, at), first.slice(at + 1)];
    if (!texts.every((text, index) => text === `${before}${index}${after}`)) continue;
    // What stands before must not take the sign of the variable for its own.
    const start = withoutExpansion(before.endsWith("$") ? `${before}$` : before);
    return `${before.endsWith("$") ? start.slice(0, -2) : start}${INDEX}${withoutExpansion(after)}`;
  }
  return undefined;
}

// What people bring along from other languages, and what it is called here.
import { type Kind, reserved, symbols } from "./tokens.ts";

export interface ForeignOperator {
  readonly found: string;
  readonly instead: string;
  /** The text that replaces it. */
  readonly edit: string;
  /** The kind of token that stands in for it. */
  readonly kind: Kind;
}

const OPERATORS: readonly ForeignOperator[] = [
  { found: "===", instead: "==", edit: "==", kind: symbols.Equal },
  { found: "!==", instead: "!=", edit: "!=", kind: symbols.NotEqual },
  { found: "&&", instead: "and", edit: "and", kind: reserved.and },
  { found: "||", instead: "or", edit: "or", kind: reserved.or },
  { found: "!", instead: "not", edit: "not ", kind: reserved.not },
];

/** The operator of another language that begins at an offset. */
export function foreignOperatorAt(text: string, at: number): ForeignOperator | undefined {
  const character = text[at];
  if (character !== "=" && character !== "!" && character !== "&" && character !== "|") return undefined;
  if (character === "=" && text[at + 1] !== "=") return undefined;
  return OPERATORS.find(({ found }) => text.startsWith(found, at) && !(found === "!" && text[at + 1] === "="));
}

/** Words that begin a declaration elsewhere, and what sluice has instead (a single word, where one fits everywhere). */
export const FOREIGN_DECLARATIONS: ReadonlyMap<string, string> = new Map([
  ["def", "task"],
  ["func", "task"],
  ["fn", "task"],
  ["function", "task"],
  ["process", "task"],
  ["step", "task"],
  ["workflow", "pipeline"],
  ["dag", "pipeline"],
  ["flow", "pipeline"],
  ["struct", "type"],
  ["record", "type"],
  ["interface", "type"],
  ["class", "type"],
  ["let", "const"],
  ["var", "const"],
  ["val", "const"],
  ["include", "import"],
  ["use", "import"],
]);

/** Words that begin a statement elsewhere, and the word of sluice. */
export const FOREIGN_STATEMENTS: ReadonlyMap<string, "let" | "do" | "yield" | "check"> = new Map([
  ["var", "let"],
  ["val", "let"],
  ["const", "let"],
  ["return", "yield"],
  ["output", "yield"],
  ["call", "do"],
  ["await", "do"],
  ["assert", "check"],
  ["require", "check"],
]);

/** Words that begin a line of a task elsewhere, and the word of sluice. */
export const FOREIGN_TASK_STATEMENTS: ReadonlyMap<string, string> = new Map([
  ["container", "image"],
  ["docker", "image"],
  ["command", "run"],
  ["cmd", "run"],
  ["entrypoint", "run"],
  ["shell", "script"],
  ["exec", "run"],
  ["environment", "env"],
  ["runtime", "resources"],
  ["retries", "retry"],
]);

/** Values that are spelled differently elsewhere. */
export const FOREIGN_LITERALS: ReadonlyMap<string, "true" | "false" | "null"> = new Map([
  ["True", "true"],
  ["False", "false"],
  ["TRUE", "true"],
  ["FALSE", "false"],
  ["None", "null"],
  ["NULL", "null"],
  ["Null", "null"],
  ["nil", "null"],
  ["undefined", "null"],
]);

/** What other languages call `else if`. */
export const ELSE_IF_WORDS: ReadonlySet<string> = new Set(["elif", "elsif", "elseif"]);

/** What waiting for another step is called elsewhere: `after`. */
export const AFTER_WORDS: ReadonlySet<string> = new Set([
  "depends_on",
  "dependsOn",
  "depends",
  "dependencies",
  "needs",
  "requires",
  "upstream",
]);

/** Words that begin a clause of a loop elsewhere, in small letters, and the clause of `map`. */
export const FOREIGN_CLAUSES: ReadonlyMap<string, "key" | "parallel" | "tolerate"> = new Map([
  ["concurrency", "parallel"],
  ["max_concurrency", "parallel"],
  ["maxconcurrency", "parallel"],
  ["max_parallel", "parallel"],
  ["maxparallel", "parallel"],
  ["parallelism", "parallel"],
  ["workers", "parallel"],
  ["threads", "parallel"],
  ["maxforks", "parallel"],
  ["by", "key"],
  ["id", "key"],
  ["allow_failures", "tolerate"],
]);

// What the beginning of a line says about an open bracket before it. Line breaks mean nothing in a correct text, so
// each question is asked so narrowly that the answer is yes only where the text before it must have been broken off.
import type { TokenList } from "./token-list.ts";
import { contextual, END, isNameKind, type Kind, kindSet, reserved, symbols, wordKinds } from "./tokens.ts";

// The signs of which one follows the name of what is declared.
const DECLARATION_SIGNS: ReadonlyMap<Kind, string> = new Map([
  [contextual.const, "=:"],
  [contextual.type, "="],
  [contextual.enum, "{"],
  [contextual.secret, "="],
  [contextual.resources, "{"],
  [contextual.task, "("],
  [contextual.pipeline, "("],
]);

const DECLARATION_WORDS = kindSet(contextual.import, ...DECLARATION_SIGNS.keys());
const STATEMENT_STARTS = kindSet(reserved.let, reserved.do, reserved.check, reserved.yield);
const TASK_STATEMENT_STARTS = kindSet(
  ...(["image", "run", "args", "script", "env", "resources", "pod", "timeout", "cache", "retry"] as const).map(
    (word) => contextual[word],
  ),
);

/**
 * Words that may follow a name inside an expression, a `map` or a `for`, though they look like the value of a
 * statement.
 */
const CONTINUING_WORDS: ReadonlySet<string> = new Set(["and", "or", "in", "where", "by", "take", "after", "desc"]);

/**
 * Whether the head of a declaration stands at an index: its word, a name of no other meaning, and the sign that follows
 * it.
 */
export function hasDeclarationHead(tokens: TokenList, index: number): boolean {
  // Asked at nearly every token, and mostly answered by its kind or its place in the line.
  if (DECLARATION_WORDS[tokens.kindAt(index)] !== 1) return false;
  if (!tokens.startsLineAt(index) || tokens.startsLineAt(index + 1)) return false;
  const word = tokens.kindAt(index);
  if (word === contextual.import) return tokens.imageAt(index + 1) === "{" && isNameKind(tokens.kindAt(index + 2));
  const signs = DECLARATION_SIGNS.get(word) ?? "";
  if (!isNameKind(tokens.kindAt(index + 1)) || wordKinds.has(tokens.imageAt(index + 1))) return false;
  if (tokens.kindAt(index + 2) === END || tokens.endAt(index + 2) - tokens.startAt(index + 2) !== 1) return false;
  return signs.includes(tokens.source.charAt(tokens.startAt(index + 2)));
}

/** Whether a line begins with the word of a declaration and a word: enough where the text is broken already. */
export function hasDeclarationWord(tokens: TokenList, index: number): boolean {
  if (!tokens.startsLineAt(index) || tokens.startsLineAt(index + 1)) return false;
  const [word, next] = [tokens.at(index), tokens.at(index + 1)];
  if (word === undefined || next === undefined) return false;
  if (word.kind === contextual.import) return true;
  return DECLARATION_SIGNS.has(word.kind) && /^[A-Za-z_]/.test(next.image);
}

/** Whether a line begins with the reserved word of a statement that is not the name of an entry. */
export function hasStatementWord(tokens: TokenList, index: number): boolean {
  if (!tokens.startsLineAt(index) || STATEMENT_STARTS[tokens.kindAt(index)] !== 1) return false;
  return tokens.kindAt(index + 1) !== symbols.Colon;
}

/** Whether a kind is that of the reserved word of a statement. */
export function isStatementWord(kind: Kind): boolean {
  return STATEMENT_STARTS[kind] === 1;
}

/** Whether a kind is that of the word of a line of a task. */
export function isTaskStatementWord(kind: Kind): boolean {
  return TASK_STATEMENT_STARTS[kind] === 1;
}

/**
 * Whether a line begins like a line of a task. A list counts as its value only `afterValue`, where no expression can
 * begin.
 */
export function hasTaskStatement(tokens: TokenList, index: number, afterValue: boolean): boolean {
  if (!tokens.startsLineAt(index) || TASK_STATEMENT_STARTS[tokens.kindAt(index)] !== 1) return false;
  const next = tokens.at(index + 1);
  if (next === undefined || next.startsLine || CONTINUING_WORDS.has(next.image)) return false;
  return afterValue ? /^["A-Za-z_{0-9[]/.test(next.image) : /^["A-Za-z_{0-9]/.test(next.image);
}

// What the beginning of a line says about an open bracket before it. Line breaks mean nothing in a correct text, so
// each question is asked so narrowly that the answer is yes only where the text before it must have been broken off.
import type { TokenType } from "chevrotain";
import { contextual, isKind, Name, reserved, type Token, wordKinds } from "./tokens.ts";

const DECLARATION_SHAPES: ReadonlyMap<TokenType, RegExp> = new Map([
  [contextual.const, /^[=:]$/],
  [contextual.type, /^=$/],
  [contextual.enum, /^\{$/],
  [contextual.secret, /^=$/],
  [contextual.resources, /^\{$/],
  [contextual.task, /^\($/],
  [contextual.pipeline, /^\($/],
]);

const STATEMENT_STARTS = [reserved.let, reserved.do, reserved.check, reserved.yield];
const TASK_STATEMENT_STARTS = (
  ["image", "run", "args", "script", "env", "resources", "pod", "timeout", "cache", "retry"] as const
).map((word) => contextual[word]);

/**
 * Words that may follow a name inside an expression, a `map` or a `for`, though they look like the value of a
 * statement.
 */
const CONTINUING_WORDS: ReadonlySet<string> = new Set(["and", "or", "in", "where", "by", "take", "after", "desc"]);

/**
 * Whether the head of a declaration stands at an index: its word, a name of no other meaning, and the sign that follows
 * it.
 */
export function hasDeclarationHead(tokens: readonly Token[], index: number): boolean {
  const [word, name, sign] = [tokens[index], tokens[index + 1], tokens[index + 2]];
  if (word === undefined || name === undefined || !word.startsLine || name.startsLine) return false;
  if (isKind(word, contextual.import)) return name.image === "{" && sign !== undefined && isKind(sign, Name);
  const shape = DECLARATION_SHAPES.get(word.tokenType);
  return shape !== undefined && isKind(name, Name) && !wordKinds.has(name.image) && shape.test(sign?.image ?? "");
}

/** Whether a line begins with the word of a declaration and a word: enough where the text is broken already. */
export function hasDeclarationWord(tokens: readonly Token[], index: number): boolean {
  const [word, next] = [tokens[index], tokens[index + 1]];
  if (word === undefined || next === undefined || !word.startsLine || next.startsLine) return false;
  if (isKind(word, contextual.import)) return true;
  return DECLARATION_SHAPES.has(word.tokenType) && /^[A-Za-z_]/.test(next.image);
}

/** Whether a line begins with the reserved word of a statement that is not the name of an entry. */
export function hasStatementWord(tokens: readonly Token[], index: number): boolean {
  const [word, next] = [tokens[index], tokens[index + 1]];
  return word?.startsLine === true && isStatementWord(word) && next?.image !== ":";
}

/** Whether a token is the reserved word of a statement. */
export function isStatementWord(token: Token): boolean {
  return STATEMENT_STARTS.some((kind) => isKind(token, kind));
}

/** Whether a token is the word of a line of a task. */
export function isTaskStatementWord(token: Token): boolean {
  return TASK_STATEMENT_STARTS.some((kind) => isKind(token, kind));
}

/**
 * Whether a line begins like a line of a task. A list counts as its value only `afterValue`, where no expression can
 * begin.
 */
export function hasTaskStatement(tokens: readonly Token[], index: number, afterValue: boolean): boolean {
  const [word, next] = [tokens[index], tokens[index + 1]];
  if (word === undefined || next === undefined || !word.startsLine || next.startsLine) return false;
  if (!isTaskStatementWord(word) || CONTINUING_WORDS.has(next.image)) return false;
  return afterValue ? /^["A-Za-z_{0-9[]/.test(next.image) : /^["A-Za-z_{0-9]/.test(next.image);
}

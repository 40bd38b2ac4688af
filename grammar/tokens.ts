// The kinds of token. A word with a meaning in one place only (`task`, `image`, `key` …) is contextual: its kind
// belongs to the category `Name`, so that it stays usable as a name. Reserved words belong to `AnyWord` alone, which
// the places that take any word ask for.
import { createToken, EOF, type IToken, Lexer, type TokenType } from "chevrotain";

/**
 * A token as the scanner makes it. Offsets are UTF-16; `endOffset` is the offset of the last unit, as Chevrotain wants
 * it.
 */
export interface Token extends IToken {
  readonly endOffset: number;
  /** Whether only blanks lie between the start of its line and the token. */
  readonly startsLine: boolean;
  /**
   * The text of a string piece or a raw text, escapes resolved; of an amount its unit, of a percentage its number; of a
   * word itself.
   */
  readonly value: string | undefined;
}

function define(name: string, label: string, categories: TokenType[] = []): TokenType {
  return createToken({ name, label, pattern: Lexer.NA, categories });
}

export const AnyWord = define("AnyWord", "a name");
export const Name = define("Name", "a name", [AnyWord]);

// biome-ignore format: a table
export const RESERVED_WORDS = [
  "let", "do", "yield", "check", "if", "else", "map", "for", "in", "and", "or", "not", "null", "true", "false",
] as const;
// biome-ignore format: a table
export const CONTEXTUAL_WORDS = [
  "import", "from", "const", "type", "enum", "secret", "resources", "task", "pipeline", "schedule", "timeout", "finally",
  "image", "run", "args", "script", "env", "pod", "cache", "retry", "exit", "after", "max",
  "where", "key", "parallel", "batch", "tolerate", "by", "desc", "take", "elif",
] as const;

export type ReservedWord = (typeof RESERVED_WORDS)[number];
export type ContextualWord = (typeof CONTEXTUAL_WORDS)[number];

function defineWords<W extends string>(words: readonly W[], category: TokenType): Record<W, TokenType> {
  const entries = words.map((word) => [word, define(`Word_${word}`, `\`${word}\``, [category])] as const);
  return Object.fromEntries(entries) as Record<W, TokenType>;
}

/** The kinds of the words with a meaning, by the word. */
export const reserved: Record<ReservedWord, TokenType> = defineWords(RESERVED_WORDS, AnyWord);
export const contextual: Record<ContextualWord, TokenType> = defineWords(CONTEXTUAL_WORDS, Name);

/** From a word with a meaning to its kind. */
export const wordKinds: ReadonlyMap<string, TokenType> = new Map<string, TokenType>([
  ...Object.entries(reserved),
  ...Object.entries(contextual),
]);

export const Int = define("Int", "a number");
export const Float = define("Float", "a number");
export const Quantity = define("Quantity", "an amount");
export const Percent = define("Percent", "a percentage");
/** A whole string without interpolation. */
export const PlainString = define("PlainString", "a string");
/** From the quote to the first `\(`. */
export const StringStart = define("StringStart", "a string");
/** From the `)` of one interpolation to the `\(` of the next. */
export const StringMiddle = define("StringMiddle", "the rest of the string");
/** From the last `)` to the quote. */
export const StringEnd = define("StringEnd", "the rest of the string");
export const Raw = define("Raw", "a text in `'''`");

// biome-ignore format: a table
const SYMBOLS = {
  Ellipsis: "...", Range: "..", Dot: ".", QuestionDot: "?.", Coalesce: "??", Question: "?",
  Arrow: "->", FatArrow: "=>", Equal: "==", Assign: "=", NotEqual: "!=",
  LessEqual: "<=", Less: "<", GreaterEqual: ">=", Greater: ">",
  Plus: "+", Minus: "-", Star: "*", Slash: "/", Remainder: "%",
  Comma: ",", Colon: ":",
  LeftParenthesis: "(", RightParenthesis: ")", LeftBracket: "[", RightBracket: "]", LeftBrace: "{", RightBrace: "}",
} as const;

export type SymbolName = keyof typeof SYMBOLS;

/** The kinds of the signs, by name. */
export const symbols: Record<SymbolName, TokenType> = Object.fromEntries(
  Object.entries(SYMBOLS).map(([name, text]) => [name, define(name, `\`${text}\``)]),
) as Record<SymbolName, TokenType>;

interface Sign {
  readonly text: string;
  readonly kind: TokenType;
}

/** The signs by their first character, longest first: the scanner takes the longest that fits. */
export const symbolsByStart: ReadonlyMap<string, readonly Sign[]> = groupByStart(
  (Object.keys(SYMBOLS) as SymbolName[]).map((name) => ({ text: SYMBOLS[name], kind: symbols[name] })),
);

/** By the code of a character: the sign that it is, whatever follows, unless it closes an interpolation. */
export const loneSymbols: readonly (TokenType | undefined)[] = findLoneSymbols("()[]{},:+*%");

function findLoneSymbols(characters: string): (TokenType | undefined)[] {
  const found: (TokenType | undefined)[] = new Array(128).fill(undefined);
  for (const character of characters) {
    const [sign, ...others] = symbolsByStart.get(character) ?? [];
    if (others.length === 0) found[character.charCodeAt(0)] = sign?.kind;
  }
  return found;
}

function groupByStart(signs: readonly Sign[]): Map<string, Sign[]> {
  const groups = new Map<string, Sign[]>();
  for (const sign of signs.toSorted((a, b) => b.text.length - a.text.length)) {
    const start = sign.text.slice(0, 1);
    groups.set(start, [...(groups.get(start) ?? []), sign]);
  }
  return groups;
}

/** Every kind, as Chevrotain wants to be told them. */
// biome-ignore format: a table
export const allTokens: TokenType[] = [
  AnyWord, Name, ...Object.values(reserved), ...Object.values(contextual),
  Int, Float, Quantity, Percent, PlainString, StringStart, StringMiddle, StringEnd, Raw, ...Object.values(symbols),
];

/** The kinds by their index. */
export const kindsByIndex: readonly TokenType[] = fillByIndex([...allTokens, EOF]);

function fillByIndex(kinds: readonly TokenType[]): TokenType[] {
  const byIndex: TokenType[] = [];
  for (const kind of kinds) byIndex[kind.tokenTypeIdx!] = kind;
  return byIndex;
}

/** A set of kinds: 1 at the index of each kind in it, and of each kind in a category that is in it. */
export type KindSet = Uint8Array;

/** The set of some kinds, to ask about many tokens. */
export function kindSet(...kinds: readonly TokenType[]): KindSet {
  const set = new Uint8Array(kindsByIndex.length);
  for (const kind of kinds) {
    set[kind.tokenTypeIdx!] = 1;
    for (const index of kind.categoryMatches ?? []) set[index] = 1;
  }
  return set;
}

/** Whether a token is of a kind, or of a kind in that category. */
export function isKind(token: IToken, kind: TokenType): boolean {
  return hasKind(token.tokenTypeIdx, kind);
}

/** Whether the kind with an index is a kind, or one in that category. */
export function hasKind(kindIndex: number, kind: TokenType): boolean {
  return kindIndex === kind.tokenTypeIdx || kind.categoryMatchesMap?.[kindIndex] === true;
}

const WORDS = kindSet(AnyWord);

/** Whether the kind with an index is that of a word. */
export function isWordKind(kindIndex: number): boolean {
  return WORDS[kindIndex] === 1;
}

// The kinds of token, as small numbers. A word with a meaning in one place only (`task`, `image`, `key` …) is contextual:
// its kind is one of `NAMES`, so that it stays usable as a name. Reserved words are among `WORDS` alone, which the
// places that take any word ask for.

/** The number of a kind. */
export type Kind = number;

/** A token, as somebody looks at it. Offsets are UTF-16. */
export interface Token {
  readonly kind: Kind;
  readonly start: number;
  /** The offset behind it. */
  readonly end: number;
  /** Whether only blanks lie between the start of its line and the token. */
  readonly startsLine: boolean;
  /** What stands in the file. */
  readonly image: string;
  /**
   * The text of a string piece or a raw text, escapes resolved; of an amount its unit, of a percentage its number; of a
   * word itself.
   */
  readonly value: string | undefined;
}

const labels = ["the end of the file"];

/** What is beyond both ends of the file. */
export const END: Kind = 0;

function define(label: string): Kind {
  return labels.push(label) - 1;
}

/** How a message calls what is of a kind. */
export function labelOf(kind: Kind): string {
  return labels[kind]!;
}

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

function defineWords<W extends string>(words: readonly W[]): Record<W, Kind> {
  return Object.fromEntries(words.map((word) => [word, define(`\`${word}\``)])) as Record<W, Kind>;
}

/** A word without a meaning of its own. */
export const Name = define("a name");
/** The kinds of the words with a meaning, by the word. */
export const contextual: Record<ContextualWord, Kind> = defineWords(CONTEXTUAL_WORDS);
export const reserved: Record<ReservedWord, Kind> = defineWords(RESERVED_WORDS);

/** From a word with a meaning to its kind. */
export const wordKinds: ReadonlyMap<string, Kind> = new Map([
  ...Object.entries(contextual),
  ...Object.entries(reserved),
]);

export const Int = define("a number");
export const Float = define("a number");
export const Quantity = define("an amount");
export const Percent = define("a percentage");
/** A whole string without interpolation. */
export const PlainString = define("a string");
/** From the quote to the first `\(`. */
export const StringStart = define("a string");
/** From the `)` of one interpolation to the `\(` of the next. */
export const StringMiddle = define("the rest of the string");
/** From the last `)` to the quote. */
export const StringEnd = define("the rest of the string");
export const Raw = define("a text in `'''`");

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
export const symbols: Record<SymbolName, Kind> = Object.fromEntries(
  Object.entries(SYMBOLS).map(([name, text]) => [name, define(`\`${text}\``)]),
) as Record<SymbolName, Kind>;

interface Sign {
  readonly text: string;
  readonly kind: Kind;
}

/** The signs by their first character, longest first: the scanner takes the longest that fits. */
export const symbolsByStart: ReadonlyMap<string, readonly Sign[]> = groupByStart(
  (Object.keys(SYMBOLS) as SymbolName[]).map((name) => ({ text: SYMBOLS[name], kind: symbols[name] })),
);

/** By the code of a character: the sign that it is, whatever follows, unless it closes an interpolation. */
export const loneSymbols: readonly (Kind | undefined)[] = findLoneSymbols("()[]{},:+*%");

function findLoneSymbols(characters: string): (Kind | undefined)[] {
  const found: (Kind | undefined)[] = new Array(128).fill(undefined);
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

/** A set of kinds: 1 at each kind in it. */
export type KindSet = Uint8Array;

/** The set of some kinds and of all that are in some sets, to ask about many tokens. */
export function kindSet(...members: readonly (Kind | KindSet)[]): KindSet {
  const set = new Uint8Array(labels.length);
  for (const member of members) {
    if (typeof member === "number") set[member] = 1;
    else for (let kind = 0; kind < member.length; kind++) set[kind]! |= member[kind]!;
  }
  return set;
}

/** The kinds of words that are names everywhere. */
export const NAMES = kindSet(Name, ...Object.values(contextual));
/** The kinds of words. */
export const WORDS = kindSet(NAMES, ...Object.values(reserved));

/** Whether a kind is that of a word which is a name everywhere. */
export function isNameKind(kind: Kind): boolean {
  return NAMES[kind] === 1;
}

/** Whether a kind is that of a word. */
export function isWordKind(kind: Kind): boolean {
  return WORDS[kind] === 1;
}

// The tokens of one file, as columns of numbers. A large file has half a million tokens; as objects that live until the
// parser is done they would cost more time and memory than all the rest of reading it. A `Token` is made when somebody
// looks at it, and forgotten soon after.
import { END, isWordKind, type Kind, Name, type Token, wordKinds } from "./tokens.ts";

const NO_TEXT = -1;
/** A power of two: places in which the words met last are remembered. */
const REMEMBERED_WORDS = 4096;
// Real programs have about four; the columns grow when there are fewer.
const CHARACTERS_PER_TOKEN = 3;

interface Word {
  readonly text: string;
  readonly kind: Kind;
  readonly textIndex: number;
}

/** The tokens of one file, in order; they do not overlap. */
export class TokenList {
  readonly source: string;
  length = 0;
  private starts: Int32Array;
  private ends: Int32Array;
  private kinds: Uint8Array;
  private lineStarts: Uint8Array;
  private textIndexes: Int32Array;
  private readonly texts: string[] = [];
  private readonly words = new Map<string, Word>();
  // By a hash of its characters, the word that had that hash last: most words of a large file are few, and are found
  // here without taking them out of the text.
  private readonly lastWords: (Word | undefined)[] = new Array<Word | undefined>(REMEMBERED_WORDS).fill(undefined);

  /** An empty list of the tokens of a text. */
  constructor(source: string) {
    this.source = source;
    const size = Math.ceil(source.length / CHARACTERS_PER_TOKEN) + 16;
    this.starts = new Int32Array(size);
    this.ends = new Int32Array(size);
    this.kinds = new Uint8Array(size);
    this.lineStarts = new Uint8Array(size);
    this.textIndexes = new Int32Array(size);
  }

  /** Appends a token from `start` to before `end`. `text` is its value, if that is not just what is written there. */
  push(kind: Kind, start: number, end: number, startsLine: boolean, text?: string): void {
    let textIndex = NO_TEXT;
    if (text !== undefined) {
      textIndex = this.texts.length;
      this.texts.push(text);
    }
    this.append(kind, start, end, startsLine, textIndex);
  }

  /** Appends a word. The same word is the same string each time, which saves memory and makes comparing cheap. */
  pushWord(start: number, end: number, startsLine: boolean): void {
    let hash = 0;
    for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + this.source.charCodeAt(at)) | 0;
    const place = (hash ^ (hash >>> 12)) & (REMEMBERED_WORDS - 1);
    let word = this.lastWords[place];
    if (word === undefined || word.text.length !== end - start || !this.source.startsWith(word.text, start)) {
      word = this.wordOf(this.source.slice(start, end));
      this.lastWords[place] = word;
    }
    this.append(word.kind, start, end, startsLine, word.textIndex);
  }

  private wordOf(text: string): Word {
    const known = this.words.get(text);
    if (known !== undefined) return known;
    const word = { text, kind: wordKinds.get(text) ?? Name, textIndex: this.texts.length };
    this.texts.push(text);
    this.words.set(text, word);
    return word;
  }

  private append(kind: Kind, start: number, end: number, startsLine: boolean, textIndex: number): void {
    const index = this.length;
    if (index === this.starts.length) this.grow();
    this.starts[index] = start;
    this.ends[index] = end;
    this.kinds[index] = kind;
    this.lineStarts[index] = startsLine ? 1 : 0;
    this.textIndexes[index] = textIndex;
    this.length = index + 1;
  }

  private grow(): void {
    const size = Math.ceil(this.length * 1.5);
    const { starts, ends, kinds, lineStarts, textIndexes } = this;
    this.starts = new Int32Array(size);
    this.ends = new Int32Array(size);
    this.kinds = new Uint8Array(size);
    this.lineStarts = new Uint8Array(size);
    this.textIndexes = new Int32Array(size);
    this.starts.set(starts);
    this.ends.set(ends);
    this.kinds.set(kinds);
    this.lineStarts.set(lineStarts);
    this.textIndexes.set(textIndexes);
  }

  /** The token at an index; undefined beyond both ends. */
  at(index: number): Token | undefined {
    return index >= 0 && index < this.length ? new TokenView(this, index) : undefined;
  }

  /** Each token with its index. */
  *entries(): Generator<[index: number, token: Token]> {
    for (let index = 0; index < this.length; index++) yield [index, this.at(index)!];
  }

  /** The kind of a token; `END` beyond both ends. */
  kindAt(index: number): Kind {
    return index >= 0 && index < this.length ? this.kinds[index]! : END;
  }

  /** Where a token starts; the end of the text beyond the last. */
  startAt(index: number): number {
    return index < this.length ? this.starts[index]! : this.source.length;
  }

  /** The offset behind a token; 0 before the first. */
  endAt(index: number): number {
    return index < 0 ? 0 : index < this.length ? this.ends[index]! : this.source.length;
  }

  /** Whether only blanks lie between the start of its line and a token; false beyond both ends. */
  startsLineAt(index: number): boolean {
    return index >= 0 && index < this.length && this.lineStarts[index] === 1;
  }

  /** The text of the file at a token. */
  imageAt(index: number): string {
    const textIndex = this.textIndexes[index] ?? NO_TEXT;
    if (textIndex !== NO_TEXT && isWordKind(this.kinds[index]!)) return this.texts[textIndex]!;
    return this.source.slice(this.startAt(index), this.endAt(index));
  }

  /** What was given as the text of a token. */
  valueAt(index: number): string | undefined {
    return this.texts[this.textIndexes[index] ?? NO_TEXT];
  }

  /** Gives a token another kind. */
  retype(index: number, kind: Kind): void {
    this.kinds[index] = kind;
  }
}

// A class, so that all tokens have one shape and the rarely wanted properties cost nothing.
class TokenView implements Token {
  readonly kind: Kind;
  readonly start: number;
  private readonly list: TokenList;
  private readonly index: number;

  constructor(list: TokenList, index: number) {
    this.kind = list.kindAt(index);
    this.start = list.startAt(index);
    this.list = list;
    this.index = index;
  }

  get end(): number {
    return this.list.endAt(this.index);
  }

  get startsLine(): boolean {
    return this.list.startsLineAt(this.index);
  }

  get image(): string {
    return this.list.imageAt(this.index);
  }

  get value(): string | undefined {
    return this.list.valueAt(this.index);
  }
}

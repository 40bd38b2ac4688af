// Where the parser stands in the list of tokens. Most questions are answered from the list's numbers; a token is made
// only for those that want its text.

import { makeNode, type NodeOfKind, type SyntaxNode } from "../src/syntax/ast.ts";
import type { SourceFile } from "../src/text/source-file.ts";
import type { Span } from "../src/text/span.ts";
import { spanOfToken } from "./messages.ts";
import type { TokenList } from "./token-list.ts";
import type { Kind, KindSet, Token } from "./tokens.ts";

export abstract class TokenReader {
  protected readonly source: SourceFile;
  protected readonly tokens: TokenList;
  /** The index of the next token. */
  protected next = 0;
  /** The id of the next node. */
  protected nextId: number;

  constructor(source: SourceFile, tokens: TokenList, firstId: number) {
    this.source = source;
    this.tokens = tokens;
    this.nextId = firstId;
  }

  /** Makes a node under the next id. */
  protected node<K extends SyntaxNode["kind"]>(
    kind: K,
    span: Span,
    fields: Omit<NodeOfKind<K>, "kind" | "span" | "id">,
  ): NodeOfKind<K> {
    return makeNode(kind, span, this.nextId++, fields);
  }

  /** Whether the next token is of a kind. */
  protected at(kind: Kind): boolean {
    return this.tokens.kindAt(this.next) === kind;
  }

  /** Whether the next token is of a kind in a set. */
  protected atAny(kinds: KindSet): boolean {
    return kinds[this.tokens.kindAt(this.next)] === 1;
  }

  /** Reads the next token if it is of a kind. */
  protected takeIf(kind: Kind): boolean {
    if (!this.at(kind)) return false;
    this.next += 1;
    return true;
  }

  /** The token `ahead` from here, 1 being the next, 0 the last one read; undefined beyond both ends. */
  protected peek(ahead = 1): Token | undefined {
    return this.tokens.at(this.next + ahead - 1);
  }

  /** The kind of the token `ahead` from here. */
  protected peekKind(ahead = 1): Kind {
    return this.tokens.kindAt(this.next + ahead - 1);
  }

  /** Gives the next token the kind that was meant, after a report. */
  protected retype(kind: Kind): void {
    this.tokens.retype(this.next, kind);
  }

  /** The offset at which the next token starts. */
  protected startOffset(): number {
    return this.tokens.startAt(this.next);
  }

  /** The offset behind the last token read. */
  protected endOffset(): number {
    return this.tokens.endAt(this.next - 1);
  }

  /** From an offset to the end of the last token read. */
  protected spanFrom(start: number): Span {
    return { file: this.source.id, start, end: Math.max(start, this.endOffset()) };
  }

  /** The span of the token at an index. */
  protected spanAt(index: number): Span {
    return { file: this.source.id, start: this.tokens.startAt(index), end: this.tokens.endAt(index) };
  }

  protected spanOf(token: Token | undefined): Span {
    return spanOfToken(token, this.source.id, this.source.text.length);
  }

  /** The column of the token at an index, from 0. */
  protected columnAt(index: number): number {
    const start = this.tokens.startAt(index);
    return start - this.tokens.source.lastIndexOf("\n", start - 1) - 1;
  }
}

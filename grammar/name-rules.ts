// Names, where they are declared and where they are used. Afterwards a name that was written as another language would
// write it has been reported and taken for what was meant.
import type { ExpressionNode, NameNode } from "../src/syntax/ast.ts";
import type { Span } from "../src/text/span.ts";
import { FOREIGN_LITERALS } from "./foreign.ts";
import { ParserBase } from "./parser-base.ts";
import { contextual, Int, isWordKind, kindSet, NAMES, Name, reserved, symbols, WORDS } from "./tokens.ts";

// Words behind which a name gets a meaning.
const INTRODUCERS = kindSet(
  reserved.let,
  reserved.map,
  reserved.for,
  contextual.const,
  contextual.task,
  contextual.pipeline,
);

export abstract class NameRules extends ParserBase {
  private readonly declaredWords = new Map<string, boolean>();

  name(what: string): NameNode {
    if (!this.atAny(NAMES) || this.startsDeclaration()) this.mendName(what);
    return this.readName();
  }

  private mendName(what: string): void {
    if (!this.atAny(WORDS) || this.startsNewStatement()) {
      this.stuckWith("missing-name", { what, found: this.describeNext() });
    }
    this.takeReservedWord();
  }

  /** In a list of names: takes a reserved word for a name, after a report. */
  protected mendReserved(): void {
    if (!this.atAny(WORDS) || this.atAny(NAMES)) return;
    if (/^[:,)}]$/.test(this.peek(2)?.image ?? "")) this.takeReservedWord();
  }

  private takeReservedWord(): void {
    this.report("reserved-word", this.spanAt(this.next), { word: this.tokens.imageAt(this.next) });
    this.retype(Name);
  }

  // A field may be called like a reserved word, but not across a line: there a statement begins.
  fieldName(): NameNode {
    if (!this.atAny(WORDS) || this.startsNewStatement()) this.stuck("the name of a field");
    return this.readName();
  }

  private readName(): NameNode {
    const index = this.next++;
    return { kind: "Name", span: this.spanAt(index), id: this.nextId++, text: this.tokens.imageAt(index) };
  }

  /** A name where it is declared; `train-model` is taken for one name, after a report. */
  protected declaredName(what: string): NameNode {
    return this.mendHyphens(this.name(what));
  }

  protected mendHyphens(name: NameNode): NameNode {
    if (!this.at(symbols.Minus) || !this.continuesName()) return name;
    while (this.at(symbols.Minus) && this.continuesName()) this.next += 2;
    const span = this.spanFrom(name.span.start);
    const written = this.source.text.slice(span.start, span.end);
    const text = written.replaceAll("-", "_");
    this.report("invalid-name", span, { name: written }, this.fix(`Write \`${text}\``, text, span));
    return { kind: "Name", span, id: this.nextId++, text };
  }

  // Whether a sign and a word or number follow without a blank between them.
  private continuesName(): boolean {
    const { tokens, next } = this;
    const isNameLike = isWordKind(tokens.kindAt(next + 1)) || tokens.kindAt(next + 1) === Int;
    return isNameLike && tokens.startAt(next) === this.endOffset() && tokens.startAt(next + 1) === tokens.endAt(next);
  }

  /** A name; where it is a value of another language, that value, after a report. */
  protected nameExpression(span: Span, text: string): ExpressionNode {
    const instead = FOREIGN_LITERALS.get(text);
    if (instead === undefined || this.isDeclaredWord(text))
      return { kind: "NameExpression", span, id: this.nextId++, text };
    this.report("foreign-literal", span, { word: text, instead }, this.fix(`Write \`${instead}\``, instead, span));
    return instead === "null" ? this.node("Null", span, {}) : this.node("Bool", span, { value: instead === "true" });
  }

  // `None` may be a name of the user's own: then something in the file gives it a meaning.
  private isDeclaredWord(word: string): boolean {
    let isDeclared = this.declaredWords.get(word);
    if (isDeclared === undefined) {
      isDeclared = false;
      for (let index = 0; index < this.tokens.length && !isDeclared; index++) {
        if (this.tokens.imageAt(index) !== word) continue;
        const isIntroduced = INTRODUCERS[this.tokens.kindAt(index - 1)] === 1;
        isDeclared = isIntroduced || this.tokens.kindAt(index + 1) === symbols.Colon;
      }
      this.declaredWords.set(word, isDeclared);
    }
    return isDeclared;
  }
}

// Types. A forgotten colon or type behind a name is reported here and done without.
import type { FieldNode, NameNode, TypeNode } from "../src/syntax/ast.ts";
import { ExpressionRules } from "./expression-rules.ts";
import { contextual, Int, isNameKind, kindSet, NAMES, symbols, WORDS } from "./tokens.ts";

const TYPE_STARTS = kindSet(NAMES, symbols.LeftBracket, symbols.LeftBrace);
// Behind a name that has no type.
const TYPELESS_ENDS = kindSet(symbols.Comma, symbols.RightParenthesis, symbols.RightBrace, symbols.Assign);

const MAP_NAMES: ReadonlySet<string> = new Set(["map", "dict", "dictionary", "hashmap", "ordereddict", "mapping"]);

function isMapName(name: string): boolean {
  return MAP_NAMES.has(name.toLowerCase());
}

function isMapType(type: TypeNode): boolean {
  return type.kind === "NamedType" && isMapName(type.name.text);
}

export abstract class TypeRules extends ExpressionRules {
  type(): TypeNode {
    const start = this.startOffset();
    if (!this.atAny(TYPE_STARTS) || this.startsNewStatement()) this.stuck("a type");
    this.enter();
    const inner = this.at(symbols.LeftBracket)
      ? this.listType()
      : this.at(symbols.LeftBrace)
        ? this.recordType()
        : this.namedType();
    this.leave();
    this.mendListType(inner);
    this.mendDoubleOptional();
    return this.takeIf(symbols.Question) ? this.node("OptionalType", this.spanFrom(start), { inner }) : inner;
  }

  private mendListType(inner: TypeNode): void {
    if (!this.at(symbols.LeftBracket) || this.startsNewStatement()) return;
    const at = this.startOffset();
    this.skipBrackets();
    if (isMapType(inner)) this.report("map-type", this.spanFrom(inner.span.start), undefined);
    else this.report("list-type", this.spanFrom(at), undefined);
  }

  /** Moves behind the arguments of a map type of another language, which is reported; its `<` has been read. */
  private skipMapType(start: number): void {
    for (let open = 1; open > 0 && this.next < this.tokens.length; this.next++) {
      if (this.startsNewStatement() || !/^[\w<>,?[\]]+$/.test(this.tokens.imageAt(this.next))) break;
      if (this.at(symbols.Less)) open += 1;
      if (this.at(symbols.Greater)) open -= 1;
    }
    this.report("map-type", this.spanFrom(start), undefined);
  }

  private mendDoubleOptional(): void {
    if (!this.at(symbols.Coalesce)) return;
    const span = this.spanAt(this.next);
    this.report("double-optional", span, undefined, this.fix("Write `?`", "?", span));
    this.retype(symbols.Question);
  }

  namedType(): TypeNode {
    const start = this.startOffset();
    const name = this.name("a type");
    if (!this.takeIf(symbols.Less)) return { kind: "NamedType", span: name.span, id: this.nextId++, name };
    if (isMapName(name.text)) {
      this.skipMapType(start);
      return this.node("ErrorType", this.spanFrom(start), {});
    }
    const argument = this.type();
    this.take(symbols.Greater);
    return { kind: "NamedType", span: this.spanFrom(start), id: this.nextId++, name, argument };
  }

  listType(): TypeNode {
    const start = this.startOffset();
    const open = this.take(symbols.LeftBracket);
    const element = this.type();
    this.close(open, symbols.RightBracket, "");
    if (!this.takeIf(contextual.max)) return this.node("ListType", this.spanFrom(start), { element });
    const kind = this.at(Int) ? "Int" : "NameExpression";
    if (kind !== "Int" && !isNameKind(this.peekKind())) this.stuck("a whole number or the name of a constant");
    const index = this.next++;
    const max = this.node(kind, this.spanAt(index), { text: this.tokens.imageAt(index) });
    return this.node("ListType", this.spanFrom(start), { element, max });
  }

  recordType(): TypeNode {
    const start = this.startOffset();
    const open = this.take(symbols.LeftBrace);
    const fields: FieldNode[] = this.listOf("fields", WORDS, () => this.field(), !this.startsNewStatement());
    this.close(open, symbols.RightBrace);
    return { kind: "RecordType", span: this.spanFrom(start), id: this.nextId++, fields };
  }

  field(): FieldNode {
    const start = this.startOffset();
    const name = this.mendHyphens(this.fieldName());
    const type = this.typeOf(name, "field");
    const value = this.takeIf(symbols.Assign) ? this.expression() : undefined;
    const span = this.spanFrom(start);
    if (value === undefined) return { kind: "Field", span, id: this.nextId++, name, type };
    return { kind: "Field", span, id: this.nextId++, name, type, default: value };
  }

  /** `: Type` behind the name of a parameter or field; a forgotten colon or type is reported. */
  typeOf(name: NameNode, kind: string): TypeNode {
    if (this.takeIf(symbols.Colon)) return this.type();
    if (this.atAny(TYPE_STARTS) && !this.tokens.startsLineAt(this.next)) {
      const span = this.spanAt(this.next);
      this.report("missing-colon", span, { name: name.text }, this.fix("Insert `:`", ":"));
      return this.type();
    }
    if (!this.atAny(TYPELESS_ENDS)) this.stuck("`:`");
    this.report("missing-type", name.span, { name: name.text, kind });
    return this.node("ErrorType", this.spanFrom(name.span.end), {});
  }
}

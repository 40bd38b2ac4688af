// Types. A forgotten colon or type behind a name is reported here and done without.
import type { IToken } from "chevrotain";
import {
  type FieldNode,
  type IntNode,
  makeNode,
  type NameExpressionNode,
  type NameNode,
  type TypeNode,
} from "../src/syntax/ast.ts";
import { ExpressionRules } from "./expression-rules.ts";
import { NAMES, type Rule, WORDS } from "./literal-rules.ts";
import { contextual, Int, isKind, kindSet, Name, symbols } from "./tokens.ts";

const TYPE_STARTS = kindSet(Name, symbols.LeftBracket, symbols.LeftBrace);
const TYPE_GOES_ON = kindSet(symbols.Less, symbols.Question, symbols.Coalesce, symbols.LeftBracket);
const OPTIONAL_SIGN = kindSet(symbols.Question);
const ARGUMENT_START = kindSet(symbols.Less);

const MAP_NAMES: ReadonlySet<string> = new Set(["map", "dict", "dictionary", "hashmap", "ordereddict", "mapping"]);

function isMapName(name: string): boolean {
  return MAP_NAMES.has(name.toLowerCase());
}

function isMapType(type: TypeNode): boolean {
  return type.kind === "NamedType" && isMapName(type.name.text);
}

export abstract class TypeRules extends ExpressionRules {
  readonly type: Rule<TypeNode> = this.RULE("type", () => {
    const start = this.startOffset();
    if (!this.RECORDING_PHASE && (!this.isNextIn(TYPE_STARTS) || this.startsNewStatement()))
      this.stuck("a type", "type");
    const named = this.readSimpleType();
    if (named !== undefined) return named;
    this.enter();
    const inner = this.OR(this.typeAlternatives);
    this.leave();
    this.mendListType(inner);
    this.mendDoubleOptional();
    if (!this.mayBegin(OPTIONAL_SIGN)) return inner;
    const isOptional = this.OPTION(() => this.CONSUME(symbols.Question)) !== undefined;
    return isOptional ? makeNode("OptionalType", this.spanFrom(start), { inner }) : inner;
  });

  // Most types are a single name: it is read at once, and not through the rules from here down to `name`.
  private readSimpleType(): TypeNode | undefined {
    if (NAMES[this.peekKind()] !== 1 || TYPE_GOES_ON[this.peekKind(2)] === 1 || this.isDeepest()) return undefined;
    this.currIdx += 1;
    const span = this.spanAt(this.currIdx);
    return { kind: "NamedType", span, name: { kind: "Name", span, text: this.tokens.imageAt(this.currIdx) } };
  }

  private readonly typeAlternatives: { ALT: () => TypeNode }[] = [
    { ALT: () => this.SUBRULE(this.namedType) },
    { ALT: () => this.SUBRULE(this.listType) },
    { ALT: () => this.SUBRULE(this.recordType) },
  ];

  private mendListType(inner: TypeNode): void {
    if (!this.isNext(symbols.LeftBracket) || this.startsNewStatement()) return;
    const at = this.startOffset();
    this.skipBrackets();
    if (isMapType(inner)) this.report("map-type", this.spanFrom(inner.span.start), undefined);
    else this.report("list-type", this.spanFrom(at), undefined);
  }

  /** Moves behind the arguments of a map type of another language, which is reported; its `<` has been read. */
  private skipMapType(start: number): void {
    let open = 1;
    for (let token = this.peek(); open > 0 && token !== undefined; token = this.peek()) {
      if (this.startsNewStatement() || !/^[\w<>,?[\]]+$/.test(token.image)) break;
      if (isKind(token, symbols.Less)) open += 1;
      if (isKind(token, symbols.Greater)) open -= 1;
      this.currIdx += 1;
    }
    this.report("map-type", this.spanFrom(start), undefined);
  }

  private mendDoubleOptional(): void {
    if (!this.isNext(symbols.Coalesce)) return;
    const span = this.spanOf(this.peek());
    this.report("double-optional", span, undefined, this.fix("Write `?`", "?", span));
    this.retype(symbols.Question);
  }

  readonly namedType: Rule<TypeNode> = this.RULE("namedType", (): TypeNode => {
    const start = this.startOffset();
    const name = this.SUBRULE(this.name, { ARGS: ["a type"] });
    if (!this.mayBegin(ARGUMENT_START)) return { kind: "NamedType", span: name.span, name };
    if (!this.RECORDING_PHASE && isMapName(name.text)) {
      this.currIdx += 1;
      this.skipMapType(start);
      return makeNode("ErrorType", this.spanFrom(start), {});
    }
    const argument = this.OPTION(() => {
      this.CONSUME(symbols.Less);
      const type = this.SUBRULE(this.type);
      this.CONSUME(symbols.Greater);
      return type;
    });
    if (argument === undefined) return { kind: "NamedType", span: name.span, name };
    return { kind: "NamedType", span: this.spanFrom(start), name, argument };
  });

  readonly listType: Rule<TypeNode> = this.RULE("listType", () => {
    const start = this.startOffset();
    const open = this.CONSUME(symbols.LeftBracket);
    const element = this.SUBRULE(this.type);
    if (this.mayClose(open, symbols.RightBracket, "listType", "")) this.CONSUME(symbols.RightBracket);
    const max = this.OPTION(() => {
      this.CONSUME(contextual.max);
      this.ACTION(() => {
        if (!this.isNext(Int, Name)) this.stuck("a whole number or the name of a constant", "listType");
      });
      return this.OR([
        { ALT: () => this.bound(this.CONSUME(Int), "Int") },
        { ALT: () => this.bound(this.CONSUME(Name), "NameExpression") },
      ]);
    });
    return makeNode("ListType", this.spanFrom(start), max === undefined ? { element } : { element, max });
  });

  private bound(token: IToken, kind: "Int" | "NameExpression"): IntNode | NameExpressionNode {
    return makeNode(kind, this.spanOf(token), { text: token.image });
  }

  readonly recordType: Rule<TypeNode> = this.RULE("recordType", (): TypeNode => {
    const start = this.startOffset();
    const fields: FieldNode[] = [];
    const open = this.CONSUME(symbols.LeftBrace);
    let goes = !this.startsNewStatement();
    this.MANY({
      GATE: () => goes,
      DEF: () => {
        fields.push(this.SUBRULE(this.field));
        const comma = this.OPTION(this.readComma);
        goes = this.mayContinue(comma, "fields", WORDS);
      },
    });
    if (this.mayClose(open, symbols.RightBrace, "recordType")) this.CONSUME(symbols.RightBrace);
    return { kind: "RecordType", span: this.spanFrom(start), fields: fields.slice() };
  });

  readonly field: Rule<FieldNode> = this.RULE("field", (): FieldNode => {
    const start = this.startOffset();
    const name = this.mendHyphens(this.readName(WORDS) ?? this.SUBRULE(this.fieldName));
    const type = this.SUBRULE(this.typeOf, { ARGS: [name, "field"] });
    const value = this.OPTION(() => {
      this.CONSUME(symbols.Assign);
      return this.SUBRULE(this.expression);
    });
    const span = this.spanFrom(start);
    if (value === undefined) return { kind: "Field", span, name, type };
    return { kind: "Field", span, name, type, default: value };
  });

  /** `: Type` behind the name of a parameter or field; a forgotten colon or type is reported. */
  readonly typeOf: Rule<TypeNode, [name: NameNode, kind: string]> = this.RULE(
    "typeOf",
    (name: NameNode, kind: string) => {
      if (!this.RECORDING_PHASE && !this.isNext(symbols.Colon)) {
        const token = this.peek();
        const isType = this.isNext(Name, symbols.LeftBracket, symbols.LeftBrace) && token?.startsLine === false;
        if (isType) {
          this.report("missing-colon", this.spanOf(token), { name: name.text }, this.fix("Insert `:`", ":"));
          return this.SUBRULE1(this.type);
        }
        if (!this.isNext(symbols.Comma, symbols.RightParenthesis, symbols.RightBrace, symbols.Assign))
          this.stuck("`:`", "typeOf");
        this.report("missing-type", name.span, { name: name.text, kind });
        return makeNode("ErrorType", this.spanFrom(name.span.end), {});
      }
      this.CONSUME(symbols.Colon);
      return this.SUBRULE(this.type);
    },
  );
}

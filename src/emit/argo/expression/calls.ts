// The built-in functions in expr-lang. Each gives what `src/expr/builtins` gives, or fails where that fails.
import type { Expr, NumberKind } from "../../../expr/expr.ts";
import { BOOL, FILE, INT, listOf, NULL, optionalOf, type RecordField, STRING, type Type } from "../../../types/type.ts";
import { JSON_FILE_SCHEME } from "../../../types/value.ts";
import { atLeast, checked, failing } from "./arithmetic.ts";
import { type Closure, risky, safe, withCaptured } from "./closure.ts";
import { flattened } from "./comprehension.ts";
import { once, toJsonCode, toTextCode } from "./encode-text.ts";
import { holdsRecords, joinAll, keyCode, required } from "./equality.ts";
import { changeCase } from "./letter-case.ts";
import { quoteText } from "./literal.ts";
import type { Code } from "./scope.ts";

type Call = Expr & { op: "call" };

/** The translation of a call of a built-in function. */
export function translateCall(expr: Call, closure: Closure): Code {
  const args = expr.arguments.map((argument) => closure.translate(argument, closure));
  const [first, second, third] = args.map((arg) => arg.text) as [string, string, string];
  const type = expr.types[0] ?? args[0]?.type ?? NULL;
  const fail = (message: string) => failing(message, expr.at);
  switch (expr.function) {
    case "len":
      return safe(`float(len(${first}))`, INT);
    case "first":
      return risky(`get(${first}, 0)`, itemOf(args[0]!.type));
    case "last":
      return risky(`get(${first}, -1)`, itemOf(args[0]!.type));
    case "flatten": {
      const inner = elementOf(args[0]!.type);
      return safe(flattened(first), inner.kind === "list" ? inner : listOf({ kind: "never" }));
    }
    case "chunks": {
      const size = atLeast(second, 1, fail("`chunks` needs a size of 1 or more"));
      return safe(`map(sprig.chunk(${size}, ${first}), #)`, listOf(args[0]!.type));
    }
    case "range": {
      const [from, to] = args.length === 1 ? ["0", first] : [`int(${first})`, second];
      return safe(`map(${from}..(int(${to}) - 1), float(#))`, listOf(INT));
    }
    case "zip":
      return translateSides(zipped, args[0]!, type, fail);
    case "grid":
      return translateSides(grid, args[0]!, type, fail);
    case "unique":
      return safe(unique(args[0]!), args[0]!.type);
    case "min":
    case "max":
      return translateExtreme(expr.function, args);
    case "sum": {
      const element = elementOf(type);
      const kind = isAmount(element) ? element.kind : "int";
      return safe(`reduce(${first}, ${checked("#acc + #", kind, expr.at)}, 0.0)`, { kind });
    }
    case "abs":
      return safe(`abs(${first})`, args[0]!.type);
    case "floor":
    case "ceil":
    case "round":
      return safe(checked(`${expr.function}(${first})`, "int", expr.at), INT);
    case "lower":
    case "upper":
      return safe(changeCase(expr.function, first, fail), STRING);
    case "trim":
      return safe(`trim(${first}, ${quoteText(WHITE_SPACE)})`, STRING);
    case "split": {
      const separator = notEmpty(expr, 1, second, fail("`split` needs a separator that is not empty"));
      return safe(`map(split(${first}, ${separator}), #)`, listOf(STRING));
    }
    case "join":
      return safe(`join(${first}, ${second})`, STRING);
    case "replace": {
      const old = notEmpty(expr, 1, second, fail("`replace` needs a text to replace that is not empty"));
      return safe(`replace(${first}, ${old}, ${third})`, STRING);
    }
    case "contains":
      return safe(`(${first} contains ${second})`, BOOL);
    case "starts_with":
      return safe(`(${first} startsWith ${second})`, BOOL);
    case "ends_with":
      return safe(`(${first} endsWith ${second})`, BOOL);
    case "basename":
      return safe(basename(first, type.kind === "file"), STRING);
    case "str":
      return safe(toTextCode(first, type), STRING);
    case "json":
      return safe(toJsonCode(first, type), STRING);
    case "json_file":
      return safe(`(${quoteText(JSON_FILE_SCHEME)} + ${toJsonCode(first, type)})`, FILE);
    case "file":
    case "dir":
      return safe(first, { kind: expr.function });
    case "opt": {
      const value = required(expr.types[1] ?? args[1]!.type);
      const flagged = `#[1] == nil ? [] : [#[0], ${toTextCode("#[1]", value)}]`;
      return safe(`map([[${first}, ${second}]], ${flagged})[0]`, listOf(STRING));
    }
    default:
      throw new Error(`no built-in function ${expr.function}`);
  }
}

/** What ECMAScript's `trim` removes; Go's own differs in U+0085 and U+FEFF. */
const WHITE_SPACE =
  "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff";

function elementOf(type: Type): Type {
  const list = required(type);
  return list.kind === "list" ? list.element : { kind: "error" };
}

function itemOf(type: Type): Type {
  const element = elementOf(type);
  return element.kind === "never" ? NULL : optionalOf(element);
}

function isAmount(type: Type): type is { readonly kind: NumberKind } {
  return ["int", "float", "size", "duration"].includes(type.kind);
}

function notEmpty(expr: Call, index: number, text: string, otherwise: string): string {
  const argument = expr.arguments[index]!;
  if (argument.op === "literal" && argument.value !== "") return text;
  return `map([${text}], # == "" ? ${otherwise} : #)[0]`;
}

/** Leading slashes do not matter to the last part, so both ends may lose theirs. */
function basename(path: string, isFile: boolean): string {
  const last = (text: string) => `last(split(trim(${text}, "/"), "/"))`;
  if (!isFile) return last(path);
  return once(path, (self) => `(${self} startsWith ${quoteText(JSON_FILE_SCHEME)} ? "data.json" : ${last(self)})`);
}

/** Repeated items by a text of each, with its place: groups keep the first one first. */
function unique(list: Code): string {
  const element = elementOf(list.type);
  const key = holdsRecords(element) ? keyCode("#", element) : "toJson(#)";
  const firsts = `map(toPairs(groupBy(map(${list.text}, [${key}, #index, #]), #[0])), #[1][0])`;
  return `map(sortBy(${firsts}, #[1]), #[2])`;
}

function translateExtreme(name: "min" | "max", args: readonly Code[]): Code {
  const single = args.length === 1;
  const element = single ? elementOf(args[0]!.type) : joinAll(args.map((arg) => arg.type));
  const list = single ? args[0]!.text : `[${args.map((arg) => arg.text).join(", ")}]`;
  const type = single ? itemOf(args[0]!.type) : element;
  return risky(`get(sort(${list}${name === "max" ? ', "desc"' : ""}), 0)`, type);
}

type Sides = (fields: readonly RecordField[], fail: (message: string) => string) => string;

/** `zip` and `grid`: the lists are `#` for `build`; each element it makes is of `[[lists], item, position]`. */
function translateSides(build: Sides, lists: Code, type: Type, fail: (message: string) => string): Code {
  const record = required(type.kind === "record" ? type : lists.type);
  const fields = record.kind === "record" ? record.fields : [];
  const result: Type = {
    kind: "record",
    fields: fields.map((field) => ({ name: field.name, type: elementOf(field.type) })),
  };
  return safe(`map([${lists.text}], ${build(fields, fail)})[0]`, listOf(result));
}

function zipped(fields: readonly RecordField[], fail: (message: string) => string): string {
  const [first, ...others] = fields.map(({ name }) => name);
  const entries = fields.map(({ name }) => `${quoteText(name)}: get(#[0][0].${name}, #[2])`);
  const rows = `map(${withCaptured(["#"], `#.${first}`)}, ({${entries.join(", ")}}))`;
  if (others.length === 0) return rows;
  const same = others.map((name) => `len(#.${name}) == len(#.${first})`).join(" and ");
  const message = `\`zip\` needs lists of one length: ${fields.map(({ name }) => `\`${name}\``).join(", ")}`;
  return `(${same} ? ${rows} : ${fail(message)})`;
}

function grid(fields: readonly RecordField[]): string {
  const count = fields.map(({ name }) => `len(#.${name})`).join(" * ");
  const entries = fields.map(({ name }, i) => {
    const later = fields.slice(i + 1).map((field) => `len(#[0][0].${field.name})`);
    const position = later.length === 0 ? "#[1]" : `int(#[1] / (${later.join(" * ")}))`;
    return `${quoteText(name)}: get(#[0][0].${name}, ${position} % len(#[0][0].${name}))`;
  });
  return `map(${withCaptured(["#"], `0..(${count} - 1)`)}, ({${entries.join(", ")}}))`;
}

// Residual expressions come in; out goes text in the language's own notation, for dumps and for placeholders in objects under review. It
// reads like the source, with constants folded and names resolved.
import type { Expr, ExprEntry } from "../expr/expr.ts";
import { printSize } from "../types/quantity.ts";
import type { Type } from "../types/type.ts";
import { isRecordValue, type Value } from "../types/value.ts";
import { assertNever } from "../util/assert-never.ts";

/** How tightly each form binds, loosest first, as in the grammar. */
const LOOSEST = 0;
const OR = 1;
const AND = 2;
const NOT = 3;
const COMPARE = 4;
const COALESCE = 5;
const ADD = 7;
const MULTIPLY = 8;
const UNARY = 9;
const POSTFIX = 10;

/** The expression as the user would write it. `type`, where given, is that of its value: a number of bytes is then printed as a size. */
export function printExpr(expr: Expr, type?: Type): string {
  return print(expr, LOOSEST, type);
}

/** `\(e)`: what stands in a reviewed object in place of a value that is known later. A literal stands for itself. */
export function printPlaceholder(expr: Expr, type?: Type): string {
  if (expr.op === "literal") return typeof expr.value === "string" ? expr.value : printValue(expr.value, type);
  if (expr.op === "text")
    return expr.parts
      .map((part) => (typeof part === "string" ? part : printPlaceholder(part.value, part.type)))
      .join("");
  return `\\(${printExpr(expr, type)})`;
}

/** A duration in milliseconds as a literal of the language, in the largest unit that divides it: `6h`, `90s`, `10min`. */
export function printDurationLiteral(milliseconds: number): string {
  const [unit, length] =
    DURATION_UNITS.find(([, each]) => milliseconds !== 0 && milliseconds % each === 0) ?? (["s", 1000] as const);
  return `${milliseconds / length}${unit}`;
}

const DURATION_UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000],
  ["ms", 1],
] as const;

/** A value in the notation of literals; `type` tells sizes, durations and enum members from plain numbers and texts. */
export function printValue(value: Value, type?: Type): string {
  if (type?.kind === "optional") return printValue(value, type.inner);
  if (typeof value === "string") return type?.kind === "enum" ? `${type.name}.${value}` : quote(value);
  if (typeof value === "number") {
    if (type?.kind === "size") return printSize(value);
    if (type?.kind === "duration") return printDurationLiteral(value);
    return type?.kind === "float" && Number.isInteger(value) && Math.abs(value) < 1e21 ? `${value}.0` : String(value);
  }
  if (value === null || typeof value === "boolean") return String(value);
  if (!isRecordValue(value)) {
    const element = type?.kind === "list" ? type.element : undefined;
    return `[${value.map((item) => printValue(item, element)).join(", ")}]`;
  }
  const entries = Object.keys(value).map(
    (name) => `${printName(name)}: ${printValue(value[name]!, fieldType(type, name))}`,
  );
  return entries.length > 0 ? `{ ${entries.join(", ")} }` : "{}";
}

function fieldType(type: Type | undefined, name: string): Type | undefined {
  return type?.kind === "record" ? type.fields.find((field) => field.name === name)?.type : undefined;
}

function quote(text: string): string {
  return `"${escapeText(text)}"`;
}

function escapeText(text: string): string {
  if (!/["\\\p{Cc}\p{Cs}\u2028\u2029]/u.test(text)) return text;
  return text
    .replace(/["\\]/g, "\\$&")
    .replace(/\n/g, "\\n")
    .replace(/\t/g, "\\t")
    .replace(/\r/g, "\\r")
    .replace(/\p{Cc}|\p{Cs}|[\u2028\u2029]/gu, (found) => `\\u{${found.codePointAt(0)!.toString(16).toUpperCase()}}`);
}

function printName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : quote(name);
}

function print(expr: Expr, around: number, type?: Type): string {
  switch (expr.op) {
    case "literal": {
      const text = printValue(expr.value, type);
      return typeof expr.value === "number" && expr.value < 0 ? parenthesize(text, UNARY, around) : text;
    }
    case "ref":
      return expr.name;
    case "field":
      return `${print(expr.value, POSTFIX)}${expr.optional ? "?." : "."}${expr.name}`;
    case "index":
      return `${print(expr.value, POSTFIX)}[${print(expr.index, LOOSEST)}]`;
    case "record":
      return printRecord(expr.entries, type);
    case "list": {
      const element = type?.kind === "list" ? type.element : undefined;
      const items = expr.items.map((item) =>
        "spread" in item ? `...${print(item.spread, LOOSEST, type)}` : print(item.value, LOOSEST, element),
      );
      return `[${items.join(", ")}]`;
    }
    case "not":
      return parenthesize(`not ${print(expr.value, NOT)}`, NOT, around);
    case "negate":
      return parenthesize(`-${print(expr.value, UNARY, numberType(expr.kind))}`, UNARY, around);
    case "arithmetic": {
      const [left, right] = operandTypes(expr);
      const level = expr.operator === "+" || expr.operator === "-" ? ADD : MULTIPLY;
      return parenthesize(
        `${print(expr.left, level, left)} ${expr.operator} ${print(expr.right, level + 1, right)}`,
        level,
        around,
      );
    }
    case "compare":
      return printInfix(expr, expr.operator, COMPARE, around, COMPARE + 1);
    case "or":
      return printInfix(expr, "or", OR, around);
    case "and":
      return printInfix(expr, "and", AND, around);
    case "coalesce":
      return printInfix(expr, "??", COALESCE, around, COALESCE, type);
    case "if": {
      const text = `if ${print(expr.test, OR)} { yield ${print(expr.then, LOOSEST, type)} } else { yield ${print(expr.else, LOOSEST, type)} }`;
      return parenthesize(text, LOOSEST, around);
    }
    case "let": {
      const bindings = expr.bindings.map((binding) => `let ${binding.name} = ${print(binding.value, LOOSEST)}`);
      return `{ ${bindings.join(" ")} yield ${print(expr.body, LOOSEST, type)} }`;
    }
    case "for": {
      const where = expr.where ? ` where ${print(expr.where, OR)}` : "";
      const by = expr.by ? ` by ${print(expr.by, OR)}${expr.descending ? " desc" : ""}` : "";
      const take = expr.take ? ` take ${print(expr.take, OR)}` : "";
      const names = expr.index === undefined ? expr.item : `${expr.item}, ${expr.index}`;
      const element = type?.kind === "list" ? type.element : undefined;
      return `[for ${names} in ${print(expr.source, OR)}${where}${by}${take}: ${print(expr.value, LOOSEST, element)}]`;
    }
    case "text":
      return `"${expr.parts.map((part) => (typeof part === "string" ? escapeText(part) : `\\(${print(part.value, LOOSEST, part.type)})`)).join("")}"`;
    case "call":
      return `${expr.function}(${expr.arguments.map((each, index) => print(each, LOOSEST, expr.types[index])).join(", ")})`;
    default:
      return assertNever(expr);
  }
}

/** `type` is that of both sides. */
function printInfix(
  { left, right }: { readonly left: Expr; readonly right: Expr },
  operator: string,
  level: number,
  around: number,
  tightLeft = level,
  type?: Type,
): string {
  const text = `${print(left, tightLeft, type)} ${operator} ${print(right, level + 1, type)}`;
  return parenthesize(text, level, around);
}

function parenthesize(text: string, level: number, around: number): string {
  return level < around ? `(${text})` : text;
}

function printRecord(entries: readonly ExprEntry[], type?: Type): string {
  if (entries.length === 0) return "{}";
  let text = "";
  for (const entry of entries) text += `${text === "" ? "{ " : ", "}${printEntry(entry, type)}`;
  return `${text} }`;
}

function printEntry(entry: ExprEntry, type: Type | undefined): string {
  if ("spread" in entry) return `...${print(entry.spread, LOOSEST, type)}`;
  const { name, value } = entry;
  if (value.op === "ref" && value.name === name) return name;
  return `${printName(name)}: ${print(value, LOOSEST, fieldType(type, name))}`;
}

function numberType(kind: "int" | "float" | "size" | "duration"): Type {
  return { kind };
}

/** Sizes and durations are added to their own kind, but multiplied by numbers: of the two operands then the larger literal is the amount. */
function operandTypes(expr: Extract<Expr, { op: "arithmetic" }>): [Type | undefined, Type | undefined] {
  const type = numberType(expr.kind);
  if (expr.operator === "+" || expr.operator === "-") return [type, type];
  if (expr.kind !== "size" && expr.kind !== "duration") return [undefined, undefined];
  if (expr.operator === "/") return [type, undefined];
  const isAmount = (each: Expr) =>
    each.op === "literal" && typeof each.value === "number" && each.value >= 1000 && Number.isInteger(each.value);
  return isAmount(expr.left) ? [type, undefined] : [undefined, isAmount(expr.right) ? type : undefined];
}

// Residual expressions come in, expr-lang text goes out that means the same, or why there is none. It may stand in a tag and in
// `valueFrom.expression`: no `let`, whose names a tag would wait for; no `??` and `?.`, behind which a tag no longer waits for the tasks it
// names; no adjacent braces. Every number is a double, as in ECMAScript, and what can overflow is guarded. The variables of comprehensions
// are `#`, so a closure within another takes along what it needs: see `closure.ts`.
import type { Expr, ExprEntry, ExprItem } from "../../../expr/expr.ts";
import { BOOL, listOf, NULL, optionalOf, STRING, type Type } from "../../../types/type.ts";
import { assertNever } from "../../../util/assert-never.ts";
import { checked, wholeIndex } from "./arithmetic.ts";
import { translateCall } from "./calls.ts";
import { bindOnce, type Closure, isFixed, risky, safe } from "./closure.ts";
import { translateFor } from "./comprehension.ts";
import { toTextCode } from "./encode-text.ts";
import { holdsRecords, isUnknown, joinAll, joinShapes, keyCode, required, typeOfValue } from "./equality.ts";
import { hasUnpairedText, NULL_LITERAL, printLiteral, quoteText } from "./literal.ts";
import { isNullable } from "./parameter.ts";
import { type ArgoScope, type Code, RefusalSignal, refuse, type Translated } from "./scope.ts";

/** The controller refuses expressions of more than 10,000 nodes; a node is one word of the text or more. */
const MOST_WORDS = 9_000;

/** The expr-lang text of an expression, whose names `scope` knows, and the type of its value. The text is one operand. */
export function translate(expr: Expr, scope: ArgoScope): Translated {
  const closure: Closure = { bound: new Map(), scope, translate: translateIn };
  try {
    const { text, type } = translateIn(expr, closure);
    if (text.length > MOST_WORDS && countWords(text) > MOST_WORDS) {
      refuse({
        construct: "an expression",
        at: undefined,
        reason: `it would have more than ${MOST_WORDS} words there, and the controller takes 10,000`,
        instead: "Divide it by `let` in the pipeline, or compute it in a task.",
      });
    }
    return { ok: true, text, type };
  } catch (signal) {
    if (signal instanceof RefusalSignal) return { ok: false, refusal: signal.refusal };
    throw signal;
  }
}

function countWords(text: string): number {
  return text.match(/"(?:[^"\\]|\\.)*"|[\w.]+|[^\s\w]/g)?.length ?? 0;
}

function translateIn(expr: Expr, closure: Closure): Code {
  switch (expr.op) {
    case "literal":
      if (hasUnpairedText(expr.value)) refuseUnpaired();
      return safe(printLiteral(expr.value), typeOfValue(expr.value));
    case "ref":
      return lookUp(expr.name, closure);
    case "field":
      return translateField(expr, closure);
    case "index": {
      const list = translateIn(expr.value, closure);
      const index = expr.index.op === "literal" ? Number(expr.index.value) : undefined;
      const at =
        index !== undefined && index >= 0 ? String(index) : wholeIndex(translateIn(expr.index, closure).text, expr.at);
      return risky(`get(${list.text}, ${at})`, itemType(list.type));
    }
    case "record":
      return translateRecord(expr.entries, closure);
    case "list":
      return translateList(expr.items, closure);
    case "not":
      return safe(`(not ${translateIn(expr.value, closure).text})`, BOOL);
    case "negate": {
      const { text, type } = translateIn(expr.value, closure);
      return safe(`(0.0 - ${text})`, type);
    }
    case "arithmetic":
      return translateArithmetic(expr, closure);
    case "compare":
      return translateCompare(expr, closure);
    case "and":
    case "or":
      return translateCondition(expr.op, expr.left, expr.right, closure);
    case "coalesce":
      return translateCoalesce(expr.left, expr.right, closure);
    case "if": {
      const test = translateIn(expr.test, closure).text;
      const branches = [translateIn(expr.then, closure), translateIn(expr.else, closure)] as const;
      return risky(
        `(${test} ? ${branches[0].text} : ${branches[1].text})`,
        joinShapes(branches[0].type, branches[1].type),
      );
    }
    case "let": {
      const [first, ...rest] = expr.bindings;
      if (first === undefined) return translateIn(expr.body, closure);
      const body: Expr = { ...expr, bindings: rest };
      return bindOnce(closure, translateIn(first.value, closure), [body], (inner, self) =>
        translateIn(body, { ...inner, bound: new Map([...inner.bound, [first.name, self]]) }),
      );
    }
    case "for":
      return translateFor(expr, closure);
    case "text":
      return translateText(expr, closure);
    case "call":
      return translateCall(expr, closure);
    default:
      return assertNever(expr);
  }
}

function refuseUnpaired(): never {
  return refuse({
    construct: "a text with half of a UTF-16 pair",
    at: undefined,
    reason: "texts are UTF-8 there, which has no such character",
    instead: "Write the whole character.",
  });
}

function lookUp(name: string, closure: Closure): Code {
  const bound = closure.bound.get(name);
  if (bound !== undefined) return bound;
  const found = closure.scope(name);
  if (found === undefined) throw new Error(`the name ${name} has no value`);
  return safe(found.text, found.type);
}

function itemType(type: Type): Type {
  const list = required(type);
  if (list.kind === "list") return list.element.kind === "never" ? NULL : optionalOf(list.element);
  return type.kind === "null" ? NULL : { kind: "error" };
}

function translateField(expr: Expr & { op: "field" }, closure: Closure): Code {
  const value = translateIn(expr.value, closure);
  const type = fieldType(value.type, expr.name);
  const record = required(value.type);
  if (isNullable(value.type) || (record.kind !== "record" && record.kind !== "partial"))
    return safe(`get(${value.text}, ${quoteText(expr.name)})`, type);
  return safe(`${value.text}.${expr.name}`, type);
}

function fieldType(type: Type, name: string): Type {
  const record = required(type);
  if (record.kind === "partial") {
    const item = record.element;
    if (name === "ok") return listOf(item);
    if (name === "all") return listOf(optionalOf(item));
  }
  const found = record.kind === "record" ? record.fields.find((field) => field.name === name) : undefined;
  if (found === undefined) return record.kind === "record" || record.kind === "null" ? NULL : { kind: "error" };
  return record === type ? found.type : optionalOf(found.type);
}

function translateRecord(entries: readonly ExprEntry[], closure: Closure): Code {
  let text: string | undefined;
  let own: [string, Code][] = [];
  const fields = new Map<string, Type>();
  // A record under construction is a new map, so it may be changed in place.
  const flush = () => {
    if (text === undefined)
      text = `({${own.map(([name, { text: value }]) => `${quoteText(name)}: ${value}`).join(", ")}})`;
    else for (const [name, value] of own) text = `sprig.set(${text}, ${quoteText(name)}, ${value.text})`;
    own = [];
    return text;
  };
  for (const entry of entries) {
    if (!("spread" in entry)) {
      const value = translateIn(entry.value, closure);
      if (own.some(([name]) => name === entry.name)) flush();
      own.push([entry.name, value]);
      fields.set(entry.name, value.type);
      continue;
    }
    const spread = translateIn(entry.spread, closure);
    if (spread.text === NULL_LITERAL) continue;
    const base = flush();
    const source = isNullable(spread.type) ? `map([${spread.text}], # == nil ? {} : #)[0]` : spread.text;
    // The first element is what is built on: the start of a `reduce` could not see the closure around.
    text = `reduce(concat([${base}], toPairs(${source})), sprig.set(#acc, #[0], #[1]))`;
    const record = required(spread.type);
    for (const field of record.kind === "record" ? record.fields : []) {
      const before = fields.get(field.name);
      const type = isNullable(spread.type) ? optionalOf(field.type) : field.type;
      fields.set(field.name, before === undefined ? type : joinShapes(before, type));
    }
  }
  return safe(flush(), { kind: "record", fields: [...fields].map(([name, type]) => ({ name, type })) });
}

function translateList(items: readonly ExprItem[], closure: Closure): Code {
  const types: Type[] = [];
  const runs: string[] = [];
  let run: string[] = [];
  for (const item of items) {
    if (!("spread" in item)) {
      const { text, type } = translateIn(item.value, closure);
      run.push(text);
      types.push(type);
      continue;
    }
    const { text, type } = translateIn(item.spread, closure);
    if (text === NULL_LITERAL) continue;
    const list = required(type);
    types.push(list.kind === "list" ? list.element : { kind: list.kind === "null" ? "never" : "error" });
    if (run.length > 0) runs.push(`[${run.join(", ")}]`);
    runs.push(isNullable(type) ? `map([${text}], # == nil ? [] : #)[0]` : text);
    run = [];
  }
  if (run.length > 0 || runs.length === 0) runs.push(`[${run.join(", ")}]`);
  const type = listOf(joinAll(types));
  // `concat` of nothing is nil rather than an empty list, `map` of that is one.
  if (runs.length > 1) return safe(`map(concat(${runs.join(", ")}), #)`, type);
  return safe(runs[0]!, type);
}

function translateArithmetic(expr: Expr & { op: "arithmetic" }, closure: Closure): Code {
  const left = translateIn(expr.left, closure).text;
  const right = translateIn(expr.right, closure).text;
  const type: Type = { kind: expr.kind };
  // Go has `%` for whole numbers only; by 0 it fails. Both sides are within ±(2^53−1).
  if (expr.operator === "%") return safe(`float(int(${left}) % int(${right}))`, type);
  return safe(checked(`${left} ${expr.operator} ${right}`, expr.kind, expr.at, expr.operator === "/"), type);
}

function translateCompare(expr: Expr & { op: "compare" }, closure: Closure): Code {
  const left = translateIn(expr.left, closure);
  const right = translateIn(expr.right, closure);
  switch (expr.operator) {
    case "==":
      return safe(equal(left, right), BOOL);
    case "!=":
      return safe(`(not ${equal(left, right)})`, BOOL);
    case "in":
      return safe(contained(left, right, expr, closure), BOOL);
    default:
      return safe(`(${left.text} ${expr.operator} ${right.text})`, BOOL);
  }
}

function equal(left: Code, right: Code): string {
  const shape = joinShapes(left.type, right.type);
  if (left.type.kind === "null" || right.type.kind === "null") return `(${anyType(left)} == ${right.text})`;
  requireKnown(shape);
  if (holdsRecords(shape)) return `(${keyCode(left.text, shape)} == ${keyCode(right.text, shape)})`;
  return `(${left.risky || right.risky ? anyType(left) : left.text} == ${right.text})`;
}

/** The value without what expr-lang knows of its type: between two texts `==` is made for texts alone, and fails on nil. */
function anyType(code: Code): string {
  return `[${code.text}, nil, 0][0]`;
}

function contained(item: Code, list: Code, expr: Expr & { op: "compare" }, closure: Closure): string {
  const element = required(list.type);
  if (list.type.kind === "null" || (element.kind === "list" && element.element.kind === "never"))
    return `(${item.text} in ${anyType(list)})`;
  const shape = joinShapes(item.type, element.kind === "list" ? element.element : { kind: "error" });
  requireKnown(shape);
  // A slice, since of a literal list of texts expr-lang would make a set, in which nil is taken for "".
  if (!holdsRecords(shape)) return `(${anyType(item)} in ${list.text}${isNullable(list.type) ? "" : "[:]"})`;
  const key: Code = safe(keyCode(item.text, shape), STRING);
  return bindOnce(closure, key, [expr.right], (inner, self) => {
    const keys = `map(${nonNil(translateIn(expr.right, inner))}, ${keyCode("#", shape)})`;
    return safe(`(${self.text} in ${keys})`, BOOL);
  }).text;
}

function nonNil(list: Code): string {
  return isNullable(list.type) ? `map([${list.text}], # == nil ? [] : #)[0]` : list.text;
}

function requireKnown(shape: Type): void {
  if (!isUnknown(shape)) return;
  refuse({
    construct: "a comparison of values of unknown type",
    at: undefined,
    reason: "it has no equality of its own for them",
    instead: "Compare their fields one by one.",
  });
}

function translateCondition(operator: "and" | "or", left: Expr, right: Expr, closure: Closure): Code {
  const [a, b] = [translateIn(left, closure).text, translateIn(right, closure).text];
  // Where a side is fixed, expr-lang would drop the other one, and with it its failure.
  if (isFixed(left) || isFixed(right))
    return safe(operator === "and" ? `(${a} ? ${b} : false)` : `(${a} ? true : ${b})`, BOOL);
  return safe(`(${a} ${operator} ${b})`, BOOL);
}

function translateCoalesce(left: Expr, right: Expr, closure: Closure): Code {
  const value = translateIn(left, closure);
  if (value.text === NULL_LITERAL) return translateIn(right, closure);
  return bindOnce(closure, value, [right], (inner, self) => {
    const other = translateIn(right, inner);
    return risky(`(${self.text} == nil ? ${other.text} : ${self.text})`, joinShapes(required(value.type), other.type));
  });
}

function translateText(expr: Expr & { op: "text" }, closure: Closure): Code {
  const parts = expr.parts
    .filter((part) => part !== "")
    .map((part) => {
      if (typeof part !== "string") return toTextCode(translateIn(part.value, closure).text, part.type);
      if (!part.isWellFormed()) refuseUnpaired();
      return quoteText(part);
    });
  if (parts.length === 0) return safe('""', STRING);
  return safe(parts.length === 1 ? parts[0]! : `(${parts.join(" + ")})`, STRING);
}

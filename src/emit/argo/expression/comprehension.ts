// `[for x, i in xs where … by … take …: e]` as filters and maps of expr-lang. Its own sort is not stable and takes no nil, so items are
// grouped by what they are sorted by, which keeps their order within a group, and the groups are sorted.
import type { Expr } from "../../../expr/expr.ts";
import { freeNames } from "../../../expr/names.ts";
import { INT, listOf, type Type } from "../../../types/type.ts";
import { atLeast, failing } from "./arithmetic.ts";
import { type Closure, capturedNames, risky, safe, withCaptured } from "./closure.ts";
import { once } from "./encode-text.ts";
import { required } from "./equality.ts";
import { isNullable } from "./parameter.ts";
import { type Code, refuse } from "./scope.ts";

/** The translation of a comprehension. */
export function translateFor(expr: Expr & { op: "for" }, closure: Closure): Code {
  refuseIndexInWhere(expr);
  const source = closure.translate(expr.source, closure);
  const list = required(source.type);
  const itemType: Type = list.kind === "list" ? list.element : { kind: "error" };
  const names = capturedNames(closure, [expr.where, expr.by, expr.value]);
  const captured = names.map((name) => closure.bound.get(name)!);
  const items = isNullable(source.type) ? `map([${source.text}], # == nil ? [] : #)[0]` : source.text;

  let text =
    names.length === 0
      ? items
      : withCaptured(
          captured.map((each) => each.text),
          items,
        );
  /** What can be read where `element` is an element of the list so far. */
  const within = (element: string, index: string): Closure => {
    const bound = new Map(names.map((name, i) => [name, risky(`${element}[0][${i}]`, captured[i]!.type)]));
    bound.set(expr.item, risky(names.length === 0 ? element : `${element}[1]`, itemType));
    if (expr.index !== undefined) bound.set(expr.index, safe(`float(${index})`, INT));
    return { ...closure, bound };
  };
  let inner = within("#", "#index");
  if (expr.where !== undefined) text = `filter(${text}, ${closure.translate(expr.where, inner).text})`;
  if (expr.by !== undefined) {
    const key = sortable(closure.translate(expr.by, inner));
    text = sorted(`map(${text}, [${key.text}, #, #index])`, isNullable(key.type), expr.descending === true);
    inner = within("#[1]", "#[2]");
  }
  if (expr.take !== undefined) text = `take(${text}, ${taken(expr.take, expr.at, closure)})`;
  const value = closure.translate(expr.value, inner);
  return safe(`map(${text}, ${value.text})`, listOf(value.type));
}

function refuseIndexInWhere(expr: Expr & { op: "for" }): void {
  if (expr.index === undefined || expr.where === undefined || !freeNames(expr.where).has(expr.index)) return;
  refuse({
    construct: `the index \`${expr.index}\` in its own \`where\``,
    at: expr.at,
    reason: "a condition there does not know how many items were kept before",
    instead: "Number the items first: `let numbered = [for x, i in xs: { x, i }]`.",
  });
}

function taken(take: Expr, at: string, closure: Closure): string {
  if (take.op === "literal" && (take.value as number) >= 0) return String(take.value);
  return atLeast(closure.translate(take, closure).text, 0, failing("`take` needs zero or more", at));
}

/** What is sorted by, as a number or text. */
function sortable(key: Code): Code {
  if (required(key.type).kind !== "bool") return key;
  if (!isNullable(key.type)) return { ...key, text: `(${key.text} ? 1.0 : 0.0)` };
  return { ...key, text: once(key.text, (self) => `(${self} == nil ? nil : ${self} ? 1.0 : 0.0)`) };
}

/** A list of `[key, …]` sorted stably by the key, nil last. */
function sorted(pairs: string, nullable: boolean, descending: boolean): string {
  const sortGroups = (list: string) =>
    flattened(`map(sortBy(toPairs(groupBy(${list}, #[0])), #[0]${descending ? ', "desc"' : ""}), #[1])`);
  if (!nullable) return sortGroups(pairs);
  return `map([${pairs}], concat(${sortGroups("filter(#, #[0] != nil)")}, filter(#, #[0] == nil)))[0]`;
}

/** The items of all lists of a list: expr-lang's own `flatten` goes all the way down, unless something stands in between. */
export function flattened(lists: string): string {
  return `map(flatten(map(${lists}, map(#, ({"v": #})))), #.v)`;
}

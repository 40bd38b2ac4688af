// Which local names something refers to.
import type { Span } from "../text/span.ts";
import type { Facts } from "./program.ts";

/** A place as one text, for sets. */
export function placeOf(span: Span): string {
  return `${span.file}:${span.start}`;
}

/** The places at which used local names are declared. */
export function findUsedPlaces(facts: Facts): ReadonlySet<string> {
  const used = new Set<string>();
  for (const [node, symbol] of facts.symbols) {
    if (!("span" in symbol)) continue;
    const declared = placeOf(symbol.span);
    // A declaration is in the table under its own name.
    if (placeOf(node.span) !== declared) used.add(declared);
  }
  return used;
}

// Which local names something refers to.
import type { Span } from "../text/span.ts";
import type { Facts } from "./program.ts";

/** The places at which used local names are declared: the spans of the declaring nodes themselves, to be looked up by identity. */
export function findUsedPlaces(facts: Facts): ReadonlySet<Span> {
  const used = new Set<Span>();
  for (const [node, symbol] of facts.symbols) {
    // A declaration is in the table under its own name.
    if ("span" in symbol && symbol.span !== node.span) used.add(symbol.span);
  }
  return used;
}

// What the user wrote, for messages that quote it.
import type { Span } from "../text/span.ts";
import type { CheckContext } from "./context.ts";

/** The source text of a node of the module that is checked. */
export function textOf(context: Pick<CheckContext, "module">, node: { readonly span: Span }): string {
  return context.module.source.text.slice(node.span.start, node.span.end);
}

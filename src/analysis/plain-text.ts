// Strings that must stand in the source as they are.
import type { StringNode } from "../syntax/ast.ts";

/** The text of a string without interpolation; undefined with one. */
export function plainText(node: StringNode): string | undefined {
  const [part, ...more] = node.parts;
  if (part === undefined) return "";
  return part.kind === "StringText" && more.length === 0 ? part.value : undefined;
}

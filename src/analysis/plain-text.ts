// Strings that must stand in the source as they are.
import type { StringNode } from "../syntax/ast.ts";

/** The text of a string without interpolation; undefined with one. */
export function plainText(node: StringNode): string | undefined {
  const part = node.parts[0];
  if (part === undefined) return "";
  return part.kind === "StringText" && node.parts.length === 1 ? part.value : undefined;
}

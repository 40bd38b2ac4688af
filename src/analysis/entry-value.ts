// The entries of a record literal, read one way by every check and by lowering: name, place and the expression, also of a shorthand entry.
import { type EntryNode, type ExpressionNode, makeNode } from "../syntax/ast.ts";
import { plainText } from "./plain-text.ts";

// It stands under the id of its entry, about which itself no facts are kept.
const shorthands = new WeakMap<EntryNode, ExpressionNode>();

/** The name of an entry; undefined where a quoted name is interpolated or the parser had to make the name up. */
export function entryName(entry: EntryNode): string | undefined {
  if (entry.name.kind === "Name") return entry.name.text === "" ? undefined : entry.name.text;
  return plainText(entry.name);
}

/** The expression of an entry: of the shorthand `{ name }`, the name itself. */
export function entryValue(entry: EntryNode): ExpressionNode {
  if (entry.value) return entry.value;
  const known = shorthands.get(entry);
  if (known) return known;
  const made = makeNode("NameExpression", entry.name.span, entry.id, { text: entryName(entry) ?? "" });
  shorthands.set(entry, made);
  return made;
}

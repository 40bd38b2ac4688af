// The types of expressions. Literals have the type of their form unless something about them was reported: so they, which are a third of a
// large program, need no place in the table.
import type { ExpressionNode } from "../syntax/ast.ts";
import { BOOL, FLOAT, INT, NULL, STRING, type Type } from "../types/type.ts";

export interface TypeTable {
  /** The type of an expression that was checked; undefined for others, literals apart. */
  readonly get: (node: ExpressionNode) => Type | undefined;
  readonly set: (node: ExpressionNode, type: Type) => void;
}

/** A table in which nothing was checked yet. */
export function createTypeTable(): TypeTable {
  const types = new Map<ExpressionNode, Type>();
  /** Literals in the table. */
  let unusual = 0;
  return {
    get: (node) => {
      const plain = typeOfLiteral(node);
      return plain !== undefined && unusual === 0 ? plain : (types.get(node) ?? plain);
    },
    set: (node, type) => {
      const plain = typeOfLiteral(node);
      if (plain !== undefined && type === plain && unusual === 0) return;
      if (plain !== undefined) unusual++;
      types.set(node, type);
    },
  };
}

function typeOfLiteral(node: ExpressionNode): Type | undefined {
  switch (node.kind) {
    case "String":
    case "Raw":
      return STRING;
    case "Int":
      return INT;
    case "Float":
      return FLOAT;
    case "Bool":
      return BOOL;
    case "Null":
      return NULL;
    default:
      return undefined;
  }
}

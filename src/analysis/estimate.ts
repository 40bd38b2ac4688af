// Numbers that can be read off the source: literals, constants, and arithmetic with them. In: an expression, perhaps unchecked. Out: cores,
// bytes, milliseconds or plain numbers, or undefined where a run decides or something is wrong (which others report).
import type { BinaryNode, CallNode, ExpressionNode } from "../syntax/ast.ts";
import { parseQuantityLiteral } from "../types/quantity.ts";
import type { CheckContext, Declarations } from "./context.ts";

interface Place extends Pick<CheckContext, "module"> {
  readonly declarations: Pick<Declarations, "constant">;
}

/** The number an expression stands for. `known` gives the values of names that are no constants. */
export function estimate(place: Place, node: ExpressionNode, known?: ReadonlyMap<string, number>): number | undefined {
  switch (node.kind) {
    case "Int":
    case "Float":
      return Number(node.text.replaceAll("_", ""));
    case "Quantity": {
      const found = parseQuantityLiteral(node.number + node.unit);
      return found.ok ? found.value : undefined;
    }
    case "Parentheses":
      return estimate(place, node.value, known);
    case "Unary": {
      const value = node.operator === "-" ? estimate(place, node.value, known) : undefined;
      return value === undefined ? undefined : -value;
    }
    case "NameExpression":
      return known?.get(node.text) ?? constantNumber(place, node.text);
    case "Binary":
      return estimateBinary(place, node, known);
    case "Call":
      return estimateCall(place, node, known);
    default:
      return undefined;
  }
}

function constantNumber(place: Place, name: string): number | undefined {
  const symbol = place.module.globals.get(name);
  if (symbol?.kind !== "const") return undefined;
  const { value } = place.declarations.constant(symbol);
  return typeof value === "number" ? value : undefined;
}

function estimateBinary(place: Place, node: BinaryNode, known?: ReadonlyMap<string, number>): number | undefined {
  if (!["+", "-", "*", "/"].includes(node.operator)) return undefined;
  const left = estimate(place, node.left, known);
  const right = estimate(place, node.right, known);
  if (left === undefined || right === undefined) return undefined;
  if (node.operator === "+") return left + right;
  if (node.operator === "-") return left - right;
  if (node.operator === "*") return left * right;
  return right === 0 ? undefined : left / right;
}

function estimateCall(place: Place, node: CallNode, known?: ReadonlyMap<string, number>): number | undefined {
  const name = node.callee.kind === "NameExpression" ? node.callee.text : "";
  if ((name !== "min" && name !== "max") || node.arguments.length < 2) return undefined;
  const values = node.arguments.map((argument) => estimate(place, argument.value, known));
  if (values.some((value) => value === undefined)) return undefined;
  return name === "min" ? Math.min(...(values as number[])) : Math.max(...(values as number[]));
}

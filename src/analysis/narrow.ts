// What a condition teaches about null: `x != null` makes `x` a plain value where the condition holds. Paths are names and their fields.
import type { ExpressionNode } from "../syntax/ast.ts";
import type { Type } from "../types/type.ts";
import type { CheckContext, Scope } from "./context.ts";

/** `x`, `x.y`: the path of an expression that is a name or a field of one; undefined for others. */
export function pathOf(node: ExpressionNode): string | undefined {
  if (node.kind === "NameExpression") return node.text;
  if (node.kind === "Parentheses") return pathOf(node.value);
  if (node.kind !== "Member") return undefined;
  const base = pathOf(node.value);
  return base === undefined ? undefined : `${base}.${node.name.text}`;
}

/** The type an earlier condition has left for this path, if any. */
export function narrowedType(scope: Scope, node: ExpressionNode): Type | undefined {
  let path: string | undefined;
  for (let at: Scope | undefined = scope; at; at = at.parent) {
    if (at.narrowed.size === 0) continue;
    path ??= pathOf(node);
    if (path === undefined) return undefined;
    const type = at.narrowed.get(path);
    if (type) return type;
  }
  return undefined;
}

/** What holds of paths when the checked condition `test` is `truth`. */
export function narrow(context: CheckContext, test: ExpressionNode, truth: boolean): Map<string, Type> {
  const found = new Map<string, Type>();
  collect(context, test, truth, found);
  return found;
}

function collect(context: CheckContext, test: ExpressionNode, truth: boolean, found: Map<string, Type>): void {
  if (test.kind === "Parentheses") collect(context, test.value, truth, found);
  else if (test.kind === "Unary" && test.operator === "not") collect(context, test.value, !truth, found);
  else if (test.kind === "Binary") {
    if (test.operator === (truth ? "and" : "or")) {
      collect(context, test.left, truth, found);
      collect(context, test.right, truth, found);
    } else if (test.operator === (truth ? "!=" : "==")) {
      if (test.right.kind === "Null") learn(context, test.left, found);
      else if (test.left.kind === "Null") learn(context, test.right, found);
    }
  }
}

/** The expression is not null; nor then is what it reaches through with `?.`. */
function learn(context: CheckContext, node: ExpressionNode, found: Map<string, Type>): void {
  const type = context.facts.types.get(node);
  const path = pathOf(node);
  if (path !== undefined && type?.kind === "optional") found.set(path, type.inner);
  if (node.kind === "Parentheses") learn(context, node.value, found);
  else if (node.kind === "Member") learn(context, node.value, found);
}

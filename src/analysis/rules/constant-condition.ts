// Conditions without any name in them. A `check` that never holds is an error of its own.
import { rules } from "../../diagnostics/catalog/rules.ts";
import { bindDiagnostics } from "../../diagnostics/define.ts";
import type { ExpressionNode } from "../../syntax/ast.ts";
import { walk } from "../../syntax/children.ts";
import type { Module } from "../program.ts";
import { type Checked, estimateIn, type Report } from "../rule.ts";

const diagnostic = bindDiagnostics(rules);

/** Looks at `check`, `if` and `where`. */
export function findConstantConditions({ program, facts, nodes }: Checked, report: Report): void {
  for (const module of program.modules) {
    const test = (node: ExpressionNode | undefined, onlyTrue = false): void => {
      if (!node || hasNames(node)) return;
      const value = truthOf(node, module);
      if (value === undefined || (onlyTrue && !value)) return;
      report(diagnostic("constant-condition", node.span, { value }));
    };
    const truthOf = (node: ExpressionNode, at: Module): boolean | undefined => {
      switch (node.kind) {
        case "Bool":
          return node.value;
        case "Parentheses":
          return truthOf(node.value, at);
        case "Unary": {
          const value = node.operator === "not" ? truthOf(node.value, at) : undefined;
          return value === undefined ? undefined : !value;
        }
        case "Binary": {
          const left = estimateIn(facts, at, node.left);
          const right = estimateIn(facts, at, node.right);
          return left === undefined || right === undefined ? undefined : compare(node.operator, left, right);
        }
        default:
          return undefined;
      }
    };
    for (const node of nodes(module, "Check")) test(node.test, true);
    for (const node of nodes(module, "If")) test(node.test);
    for (const node of nodes(module, "For")) test(node.where);
    for (const node of nodes(module, "MapClause")) if (node.clause === "where") test(node.value);
  }
}

function hasNames(node: ExpressionNode): boolean {
  let found = false;
  walk(node, (inner) => {
    if (inner.kind === "NameExpression" || inner.kind === "Call") found = true;
    return !found;
  });
  return found;
}

function compare(operator: string, left: number, right: number): boolean | undefined {
  switch (operator) {
    case "==":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    default:
      return undefined;
  }
}

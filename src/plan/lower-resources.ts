// Lowers a `resources` statement, or the override record of a `retry` line.
import type { CheckContext } from "../analysis/context.ts";
import { type ResolvedRange, resolveResources } from "../analysis/resolve-resources.ts";
import type { Expr } from "../expr/expr.ts";
import type { ExpressionNode, NameNode, RecordNode } from "../syntax/ast.ts";
import { AMOUNTS, type Amount, type PlanRange, type PlanResources } from "./plan.ts";

/** The resources as expressions, spreads and names of blocks resolved. */
export function lowerResources(
  context: CheckContext,
  node: NameNode | RecordNode,
  expression: (node: ExpressionNode) => Expr,
): PlanResources {
  const resolved = resolveResources(context, node);
  const ranges: { [A in Amount]?: PlanRange } = {};
  for (const amount of AMOUNTS) {
    const range = resolved[amount];
    if (range) ranges[amount] = lowerRange(range, expression);
  }
  const { gpu, accelerator, devices, node: selectors, tolerations, priority } = resolved;
  return {
    ...ranges,
    ...(gpu && { gpu: expression(gpu) }),
    ...(accelerator && { accelerator: expression(accelerator) }),
    ...(devices && { devices: devices.map(({ name, value }) => ({ name, count: expression(value) })) }),
    ...(selectors && { node: selectors.map(({ name, value }) => ({ name, value: expression(value) })) }),
    ...(tolerations === undefined ? {} : { tolerations }),
    ...(priority && { priority: expression(priority) }),
  };
}

function lowerRange({ request, limit }: ResolvedRange, expression: (node: ExpressionNode) => Expr): PlanRange {
  const lowered = expression(request);
  return { request: lowered, limit: request === limit ? lowered : expression(limit) };
}

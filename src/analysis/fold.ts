// Values that are known when compiling: a checked expression of stage compile, lowered and evaluated.

import { flow } from "../diagnostics/catalog/flow.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import { evaluate } from "../expr/evaluate.ts";
import type { Evaluated } from "../expr/expr.ts";
import { everyFreeName } from "../expr/names.ts";
import type { ExpressionNode } from "../syntax/ast.ts";
import { fillDefaults } from "../types/relate.ts";
import type { Type } from "../types/type.ts";
import type { Value } from "../types/value.ts";
import type { CheckContext } from "./context.ts";
import { lowerExpression } from "./lower-expression.ts";
import { plainText } from "./plain-text.ts";

const diagnostic = bindDiagnostics(flow);

/** The value, or undefined when it fails; a failure is reported where it happens. Nothing is said of what was reported already. */
export function foldConstant(context: CheckContext, node: ExpressionNode, type?: Type): Value | undefined {
  const found = fold(context, node);
  if (found?.ok) return type ? fillDefaults(found.value, type) : found.value;
  if (found) {
    const [start, end] = found.failure.at.split(":").map(Number);
    const message = found.failure.message;
    const problem = /[.!?]$/.test(message) ? message : `${message}.`;
    context.report(diagnostic("cannot-evaluate", { file: node.span.file, start: start!, end: end! }, { problem }));
  }
  return undefined;
}

/** The value, or undefined when it fails, in silence. */
export function tryFold(context: CheckContext, node: ExpressionNode): Value | undefined {
  const found = fold(context, node);
  return found?.ok ? found.value : undefined;
}

function fold(context: CheckContext, node: ExpressionNode): Evaluated | undefined {
  // Nearly all that is folded are texts as they stand, such as the images of tasks.
  const text = node.kind === "String" ? plainText(node) : undefined;
  if (text !== undefined) return { ok: true, value: text };
  if (context.facts.types.get(node)?.kind === "error") return undefined;
  let complete = true;
  const expr = lowerExpression(node, {
    facts: context.facts,
    place: (span) => `${span.start}:${span.end}`,
    hoist: () => {
      complete = false;
      return { op: "literal", value: null };
    },
    inlineConstants: true,
    onMissing: () => {
      complete = false;
    },
  });
  // A variable of a `[for]` around this expression has no one value.
  return complete && everyFreeName(expr, () => false) ? evaluate(expr, () => undefined) : undefined;
}

// `if c { … } else { … }`: an expression; only the chosen branch runs. Without `else` its type is optional.

import { types } from "../diagnostics/catalog/types.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { BlockNode, IfNode } from "../syntax/ast.ts";
import { joinTypes } from "../types/relate.ts";
import { BOOL, ERROR, NONE, optionalOf, type Type } from "../types/type.ts";
import { checkBlock } from "./check-block.ts";
import { type CheckContext, createScope, type Scope } from "./context.ts";
import { quoteType } from "./describe.ts";
import { narrow } from "./narrow.ts";

const diagnostic = bindDiagnostics(types);

export function checkIf(context: CheckContext, node: IfNode, scope: Scope, expected: Type | undefined): Type {
  context.check(context, node.test, scope, BOOL, "The condition of `if`");
  const { effects, checks } = context.facts;
  const before = effects.size + checks.size;
  const then = checkBlock(
    context,
    node.then,
    createScope(scope, { narrowed: narrow(context, node.test, true) }),
    expected,
  );
  const otherwise =
    node.else &&
    checkElse(context, node.else, createScope(scope, { narrowed: narrow(context, node.test, false) }), expected);
  if (effects.size + checks.size > before) effects.add(node);
  if (!otherwise) return then.kind === "none" ? NONE : optionalOf(then);
  if (then.kind === "none" || otherwise.kind === "none") return NONE;
  if (then.kind === "error" || otherwise.kind === "error") return ERROR;
  const joined = joinTypes(then, otherwise);
  if (joined) return joined;
  const place = node.else?.kind === "Block" ? (node.else.yield?.span ?? node.else.span) : node.else!.span;
  context.report(
    diagnostic(
      "mixed-branches",
      place,
      { first: quoteType(then), other: quoteType(otherwise) },
      {
        related: node.then.yield ? [{ span: node.then.yield.span, text: "the first branch yields this" }] : [],
      },
    ),
  );
  return ERROR;
}

function checkElse(context: CheckContext, node: BlockNode | IfNode, scope: Scope, expected: Type | undefined): Type {
  return node.kind === "Block"
    ? checkBlock(context, node, scope, expected)
    : context.infer(context, node, scope, expected);
}

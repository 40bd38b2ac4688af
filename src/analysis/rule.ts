// What a rule is handed, and what several of them ask about a program that was checked.
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { ExpressionNode, SyntaxNode } from "../syntax/ast.ts";
import { walk } from "../syntax/children.ts";
import { ERROR } from "../types/type.ts";
import { estimate } from "./estimate.ts";
import type { Analysis, Facts, Module } from "./program.ts";

export type Checked = Pick<Analysis, "program" | "facts">;
export type Report = (diagnostic: Diagnostic) => void;

/** Looks over a whole program for one thing that is correct and probably not meant. */
export type Rule = (checked: Checked, report: Report) => void;

/** Whether something in a declaration was reported: what is unused there may be what a mistyped name meant. */
export function hasErrors(facts: Facts, declaration: SyntaxNode): boolean {
  let found = false;
  walk(declaration, (node) => {
    if (node.kind.startsWith("Error")) found = true;
    else if (facts.types.get(node as ExpressionNode)?.kind === "error") found = true;
    return !found;
  });
  return found;
}

/** The number an expression of a checked program stands for; see `estimate`. */
export function estimateIn(facts: Facts, module: Module, node: ExpressionNode): number | undefined {
  const constant = (symbol: { readonly node: Parameters<Facts["constants"]["get"]>[0] }) => ({
    type: ERROR,
    value: facts.constants.get(symbol.node),
  });
  return estimate({ module, declarations: { constant } }, node);
}

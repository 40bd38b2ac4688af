// What a rule is handed, and what several of them ask about a program that was checked.
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { ExpressionNode, NameNode } from "../syntax/ast.ts";
import { ERROR } from "../types/type.ts";
import { estimate } from "./estimate.ts";
import type { NodeIndex } from "./index-nodes.ts";
import type { Analysis, Facts, Module } from "./program.ts";

/** A program without errors. */
export interface Checked extends Pick<Analysis, "program" | "facts"> {
  readonly nodes: NodeIndex;
}

export type Report = (diagnostic: Diagnostic) => void;

/** Looks over a whole program for one thing that is correct and probably not meant. */
export type Rule = (checked: Checked, report: Report) => void;

/** Whether something refers to the local name that is declared here; one that starts with `_` is not meant to be referred to. */
export function isUsedOrUnmeant(facts: Facts, name: NameNode): boolean {
  if (name.text === "" || name.text.startsWith("_")) return true;
  const symbol = facts.symbols.get(name);
  return symbol !== undefined && "isUsed" in symbol && symbol.isUsed;
}

/** The number an expression of a checked program stands for; see `estimate`. */
export function estimateIn(facts: Facts, module: Module, node: ExpressionNode): number | undefined {
  const constant = (symbol: { readonly node: Parameters<Facts["constants"]["get"]>[0] }) => ({
    type: ERROR,
    value: facts.constants.get(symbol.node),
  });
  return estimate({ module, declarations: { constant } }, node);
}

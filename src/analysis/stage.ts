// When the value of an expression is known: when compiling, when a run is submitted, or only while it runs; and which name makes it late.

import { flow } from "../diagnostics/catalog/flow.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { ExpressionNode, SyntaxNode } from "../syntax/ast.ts";
import { forEachChild } from "../syntax/children.ts";
import type { CheckContext } from "./context.ts";
import { describeKind } from "./describe.ts";
import { entryValue } from "./entry-value.ts";
import { plainText } from "./plain-text.ts";
import type { LocalSymbol, Stage, StageCause } from "./program.ts";

const diagnostic = bindDiagnostics(flow);

export interface Staged {
  readonly stage: Stage;
  /** The first name that makes it as late as it is; absent at stage compile. */
  readonly cause?: StageCause;
}

const ORDER: readonly Stage[] = ["compile", "submit", "run"];

export function isLater(stage: Stage, than: Stage): boolean {
  return ORDER.indexOf(stage) > ORDER.indexOf(than);
}

const COMPILE: Staged = { stage: "compile" };

/** Numbers and texts as they stand, which is what nearly all stages are asked of. */
function isPlain(node: SyntaxNode): boolean {
  switch (node.kind) {
    case "Int":
    case "Float":
    case "StringText":
    case "Name":
      return true;
    case "String":
      return plainText(node) !== undefined;
    default:
      return false;
  }
}

/** The stage of an expression that was checked. What was reported counts as known, so that nothing is said twice. */
export function stageOf(context: CheckContext, node: SyntaxNode): Staged {
  if (isPlain(node)) return COMPILE;
  let latest = COMPILE;
  const note = (staged: Staged): void => {
    if (isLater(staged.stage, latest.stage)) latest = staged;
  };
  const visit = (at: SyntaxNode): void => {
    if (latest.stage === "run" || isPlain(at)) return;
    if (at.kind === "NameExpression") {
      const symbol = context.facts.symbols.get(at);
      if (symbol && "stage" in symbol) note(stageOfLocal(symbol));
    } else if (at.kind === "Call") {
      const symbol = context.facts.symbols.get(at);
      if (symbol) note({ stage: "run", cause: { name: symbol.name, span: at.span, what: "runs here" } });
    } else if (at.kind === "Map") note({ stage: "run", cause: { name: "map", span: at.span, what: "runs here" } });
    else if (at.kind === "Entry" && !at.value) visit(entryValue(at));
    forEachChild(at, visit);
  };
  visit(node);
  return latest;
}

function stageOfLocal(symbol: LocalSymbol): Staged {
  if (symbol.stage === "compile") return COMPILE;
  if (symbol.cause) return { stage: symbol.stage, cause: symbol.cause };
  return {
    stage: symbol.stage,
    cause: { name: symbol.name, span: symbol.span, what: `is ${describeKind(symbol.kind)}` },
  };
}

const WHEN: Readonly<Record<Stage, string>> = {
  compile: "when compiling",
  submit: "when the run is submitted",
  run: "while it runs",
};

/** Reports a slot whose expression is known only later than `stage`; true when it is in time. `slot` starts the sentence. */
export function requireStage(context: CheckContext, node: ExpressionNode, stage: Stage, slot: string): boolean {
  const found = stageOf(context, node);
  if (!isLater(found.stage, stage)) return true;
  const known = found.stage === "run" ? "known only while the run goes on" : "known only when a run is submitted";
  const cause = found.cause!;
  context.report(
    diagnostic(
      "known-too-late",
      node.span,
      { slot, stage: WHEN[stage], cause: `\`${cause.name}\` is ${known}` },
      { related: [{ span: cause.span, text: `\`${cause.name}\` ${cause.what}` }] },
    ),
  );
  return false;
}

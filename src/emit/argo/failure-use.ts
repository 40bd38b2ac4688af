// What a program reads of the Failures of a tolerant map. On Argo the key and the index are known; everything else of a Failure is refused here, as is
// a Failure that goes on as a whole.
import type { Expr } from "../../expr/expr.ts";
import { mapChildren } from "../../expr/names.ts";
import type { PlanBlock, PlanNode } from "../../plan/plan.ts";
import { type ArgoContext, refuse } from "./context.ts";

type Kind = "partial" | "failures" | "failure";
type Names = ReadonlyMap<string, Kind>;

/** Refuses what cannot be read. */
export function refuseFailures(context: ArgoContext): void {
  for (const { body, source } of context.plan.pipelines) checkBlock(context, body, new Map(), source);
}

/** `source`: of what the block belongs to, where what it yields is reported. */
function checkBlock(context: ArgoContext, block: PlanBlock, outer: Names, source: string): void {
  const names = new Map(outer);
  for (const node of block.nodes) checkNode(context, node, names);
  if (block.yield) checkWhole(context, block.yield.value, names, source);
}

function checkNode(context: ArgoContext, node: PlanNode, names: Map<string, Kind>): void {
  const at = node.source;
  switch (node.kind) {
    case "let": {
      const kind = kindOf(node.value, names);
      if (kind) names.set(node.id, kind);
      checkParts(context, node.value, names, at);
      return;
    }
    case "call":
    case "pipeline":
      for (const { value } of node.arguments) checkWhole(context, value, names, at);
      return;
    case "check":
      checkWhole(context, node.test, names, at);
      if (node.message) checkWhole(context, node.message, names, at);
      return;
    case "if":
      checkWhole(context, node.test, names, at);
      checkBlock(context, node.then, names, at);
      if (node.else) checkBlock(context, node.else, names, at);
      return;
    case "map": {
      const inner = new Map(names);
      if (kindOf(node.input, names) === "failures") inner.set(node.item, "failure");
      checkParts(context, node.input, names, at);
      for (const each of [node.where, node.key]) if (each) checkWhole(context, each, inner, at);
      checkBlock(context, node.body, inner, at);
      if (node.tolerate) names.set(node.id, "partial");
      return;
    }
  }
}

function kindOf(expr: Expr, names: Names): Kind | undefined {
  if (expr.op === "ref") return names.get(expr.name);
  if (expr.op === "field")
    return kindOf(expr.value, names) === "partial" && expr.name === "failed" ? "failures" : undefined;
  if (expr.op === "index") return kindOf(expr.value, names) === "failures" ? "failure" : undefined;
  if (expr.op === "for") {
    const isItem = expr.value.op === "ref" && expr.value.name === expr.item;
    return isItem && kindOf(expr.source, names) === "failures" ? "failures" : undefined;
  }
  if (expr.op !== "call") return undefined;
  const [only] = expr.arguments;
  const kind = only && kindOf(only, names);
  return kind === "failures" && (expr.function === "first" || expr.function === "last") ? "failure" : undefined;
}

/** The value of the expression goes on: it must be no Failure and hold none. */
function checkWhole(context: ArgoContext, expr: Expr, names: Names, at: string): void {
  if (kindOf(expr, names)) say(context, at, "a Failure as a whole");
  else checkParts(context, expr, names, at);
}

function checkParts(context: ArgoContext, expr: Expr, names: Names, at: string): void {
  switch (expr.op) {
    case "ref":
      break;
    case "field": {
      const isUnknown = kindOf(expr.value, names) === "failure" && expr.name !== "key" && expr.name !== "index";
      if (isUnknown) say(context, at, `\`.${expr.name}\` of a Failure`);
      else checkParts(context, expr.value, names, at);
      break;
    }
    case "index":
      checkParts(context, expr.value, names, at);
      checkWhole(context, expr.index, names, at);
      break;
    case "for": {
      const inner = new Map(names);
      if (kindOf(expr.source, names) === "failures") inner.set(expr.item, "failure");
      checkParts(context, expr.source, names, at);
      for (const each of [expr.where, expr.by, expr.take]) if (each) checkWhole(context, each, inner, at);
      if (kindOf(expr, names) !== "failures") checkWhole(context, expr.value, inner, at);
      break;
    }
    default: {
      const looksInside =
        (expr.op === "call" && ["len", "first", "last"].includes(expr.function)) ||
        (expr.op === "compare" && expr.right.op === "literal" && expr.right.value === null);
      mapChildren(expr, (child) => {
        if (looksInside) checkParts(context, child, names, at);
        else checkWhole(context, child, names, at);
        return child;
      });
    }
  }
}

function say(context: ArgoContext, at: string, what: string): void {
  refuse(context, "argo-failure", at, {
    what,
    reason: "inside a workflow nobody can read why a task failed",
    instead: "Read the `key` and the `index`: `[for f in runs.failed: { key: f.key, index: f.index }]`.",
  });
}

// `map x in xs clauses { … }`: the body runs once per item, each item a lane of its own.

import { flow } from "../diagnostics/catalog/flow.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { ExpressionNode, MapClauseNode, MapNode } from "../syntax/ast.ts";
import { walk } from "../syntax/children.ts";
import { BOOL, ERROR, INT, listOf, NONE, type Type } from "../types/type.ts";
import { checkBlock } from "./check-block.ts";
import { allowWork } from "./check-call.ts";
import { checkSource } from "./check-for.ts";
import { type CheckContext, createScope, type Scope } from "./context.ts";
import { declareLocal } from "./declare-local.ts";
import { quoteType } from "./describe.ts";
import { tryFold } from "./fold.ts";
import { narrow } from "./narrow.ts";
import { requireStage, stageOf } from "./stage.ts";
import { textOf } from "./text-of.ts";

const diagnostic = bindDiagnostics(flow);

/** The bound of a map without `max`. */
const DEFAULT_MAX = 1024;

export function checkMap(context: CheckContext, node: MapNode, scope: Scope): Type {
  const allowed = allowWork(context, { ...node.span, end: node.source.span.end }, "A `map`", scope);
  const source = checkSource(context, node.source, scope, "map");
  const clauses = collectClauses(context, node);
  const item = createScope(scope);
  declareLocal(context, item, { kind: "item", name: node.item, type: source?.element ?? ERROR, stage: "run" });
  const where = clauses.get("where");
  if (where)
    context.check(context, where.value, createScope(item, { noCalls: "clause" }), BOOL, "The condition after `where`");
  const inner = createScope(item, where ? { narrowed: narrow(context, where.value, true) } : {});
  if (node.index) declareLocal(context, inner, { kind: "index", name: node.index, type: INT, stage: "run" });
  checkKey(context, clauses.get("key"), inner);
  const outside = createScope(scope, { noCalls: "clause" });
  const max = checkCount(context, clauses.get("max"), outside, "submit", 0);
  checkCount(context, clauses.get("parallel"), outside, "submit", 1);
  const batch = clauses.get("batch");
  checkCount(context, batch, outside, "compile", 1);
  const tolerate = clauses.get("tolerate");
  if (tolerate?.value.kind === "Percent") checkPercent(context, tolerate, tolerate.value.number);
  else checkCount(context, tolerate, outside, "compile", 0);

  const before = context.facts.effects.size;
  const value = checkBlock(context, node.body, inner);
  const works = context.facts.effects.size > before;
  context.facts.effects.add(node);
  if (!works && value.kind !== "error") {
    context.report(
      diagnostic("map-without-call", { ...node.span, end: node.source.span.end }, {}, pureFix(context, node)),
    );
    return ERROR;
  }
  if (batch && value.kind !== "error" && !isOneTaskCall(context, node))
    context.report(diagnostic("batch-body", batch.span, {}));
  if (!source || !allowed || value.kind === "error") return ERROR;
  const bound = clauses.has("max") ? minimum(max, source.max) : Math.min(DEFAULT_MAX, source.max ?? DEFAULT_MAX);
  if (!clauses.has("max") && source.max !== undefined && source.max > DEFAULT_MAX) {
    const end = { ...node.source.span, start: node.source.span.end };
    context.report(
      diagnostic(
        "list-may-be-longer",
        node.source.span,
        { bound: source.max, most: DEFAULT_MAX },
        {
          fixes: [{ title: `Add \`max ${source.max}\``, edits: [{ span: end, text: ` max ${source.max}` }] }],
        },
      ),
    );
  }
  if (tolerate)
    return bound === undefined ? { kind: "partial", element: value } : { kind: "partial", element: value, max: bound };
  return value.kind === "none" ? NONE : listOf(value, bound);
}

function minimum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : Math.min(a, b ?? a);
}

function collectClauses(context: CheckContext, node: MapNode): Map<MapClauseNode["clause"], MapClauseNode> {
  const clauses = new Map<MapClauseNode["clause"], MapClauseNode>();
  for (const clause of node.clauses) {
    const before = clauses.get(clause.clause);
    if (before) {
      context.report(
        diagnostic(
          "duplicate-clause",
          clause.span,
          { clause: clause.clause },
          { related: [{ span: before.span, text: "first written here" }] },
        ),
      );
    } else clauses.set(clause.clause, clause);
  }
  return clauses;
}

function checkKey(context: CheckContext, clause: MapClauseNode | undefined, scope: Scope): void {
  if (!clause) return;
  const type = context.check(context, clause.value, createScope(scope, { noCalls: "clause" }));
  if (["string", "int", "enum", "error"].includes(type.kind)) return;
  context.report(diagnostic("key-not-scalar", clause.value.span, { found: quoteType(type) }));
}

/** A clause that is a whole number from `least`, known at `stage`; its value where that is known now. */
function checkCount(
  context: CheckContext,
  clause: MapClauseNode | undefined,
  scope: Scope,
  stage: "compile" | "submit",
  least: number,
): number | undefined {
  if (!clause) return undefined;
  const slot = `The number after \`${clause.clause}\``;
  const type = context.check(context, clause.value, scope, INT, slot);
  if (type.kind === "error" || !requireStage(context, clause.value, stage, slot)) return undefined;
  const value = stageOf(context, clause.value).stage === "compile" ? tryFold(context, clause.value) : undefined;
  if (typeof value !== "number" || value >= least) return typeof value === "number" ? value : undefined;
  outOfRange(context, clause, `at least ${least}`);
  return undefined;
}

function checkPercent(context: CheckContext, clause: MapClauseNode, number: string): void {
  context.facts.types.set(clause.value, { kind: "float" });
  if (Number(number) > 100) outOfRange(context, clause, "at most 100%");
}

function outOfRange(context: CheckContext, clause: MapClauseNode, range: string): void {
  context.report(
    diagnostic("clause-out-of-range", clause.value.span, {
      clause: clause.clause,
      text: textOf(context, clause.value),
      range,
    }),
  );
}

/** A map that only computes, as the pure list it should be. */
function pureFix(context: CheckContext, node: MapNode) {
  const { body } = node;
  const where = node.clauses.find((clause) => clause.clause === "where");
  const others = node.clauses.some((clause) => clause.clause !== "where" && clause.clause !== "max");
  if (!body.yield || body.statements.length > 0 || others) return {};
  const index = node.index ? `, ${node.index.text}` : "";
  const condition = where ? ` where ${textOf(context, where.value)}` : "";
  const text = `[for ${node.item.text}${index} in ${textOf(context, node.source)}${condition}: ${textOf(context, body.yield)}]`;
  return { fixes: [{ title: "Change to `[for …]`", edits: [{ span: node.span, text }] }] };
}

function isOneTaskCall(context: CheckContext, node: MapNode): boolean {
  const work: ExpressionNode[] = [];
  let checks = 0;
  walk(node.body, (inner) => {
    if (context.facts.effects.has(inner as ExpressionNode)) work.push(inner as ExpressionNode);
    if (inner.kind === "Check") checks++;
  });
  const only = work[0];
  return work.length === 1 && checks === 0 && only?.kind === "Call" && context.facts.symbols.get(only)?.kind === "task";
}

// `[for x in xs where … by … take …: e]`: computes a list, runs nothing.

import { flow } from "../diagnostics/catalog/flow.ts";
import { types } from "../diagnostics/catalog/types.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { ExpressionNode, ForNode } from "../syntax/ast.ts";
import { BOOL, ERROR, INT, listOf, type Type } from "../types/type.ts";
import { type CheckContext, createScope, type Scope } from "./context.ts";
import { declareLocal } from "./declare-local.ts";
import { addOk, quoteType } from "./describe.ts";
import { tryFold } from "./fold.ts";
import { narrow } from "./narrow.ts";
import { stageOf } from "./stage.ts";
import { textOf } from "./text-of.ts";

const diagnostic = bindDiagnostics({ ...flow, ...types });

export function checkFor(context: CheckContext, node: ForNode, scope: Scope, expected: Type | undefined): Type {
  const pure = createScope(scope, { noCalls: "for" });
  const source = checkSource(context, node.source, scope, "for");
  const inner = createScope(pure);
  const stage = stageOf(context, node.source).stage;
  declareLocal(context, inner, { kind: "variable", name: node.item, type: source?.element ?? ERROR, stage });
  if (node.index) declareLocal(context, inner, { kind: "index", name: node.index, type: INT, stage });
  let kept = inner;
  if (node.where) {
    context.check(context, node.where, inner, BOOL, "The condition after `where`");
    kept = createScope(inner, { narrowed: narrow(context, node.where, true) });
  }
  if (node.by) {
    const key = context.check(context, node.by, kept);
    const plain = key.kind === "optional" ? key.inner : key;
    if (!["int", "float", "size", "duration", "string", "bool", "error"].includes(plain.kind)) {
      context.report(
        diagnostic("wrong-operand", node.by.span, {
          operator: "by",
          expected: "something with an order (a number, size, duration or text)",
          found: quoteType(key),
          instead: "",
        }),
      );
    }
  }
  const taken = node.take && checkTake(context, node.take, scope);
  const outer = expected?.kind === "optional" ? expected.inner : expected;
  const wanted = outer?.kind === "list" ? outer.element : undefined;
  const value = context.check(context, node.value, kept, wanted, "What each item gives");
  if (!source || value.kind === "error") return ERROR;
  const bound = taken === undefined ? source.max : Math.min(taken, source.max ?? taken);
  return listOf(value, bound);
}

function checkTake(context: CheckContext, node: ExpressionNode, scope: Scope): number | undefined {
  const type = context.check(context, node, createScope(scope, { noCalls: "for" }), INT, "The number after `take`");
  const value =
    type.kind === "error" || stageOf(context, node).stage !== "compile" ? undefined : tryFold(context, node);
  if (typeof value !== "number") return undefined;
  if (value >= 0) return value;
  context.report(
    diagnostic("clause-out-of-range", node.span, { clause: "take", text: String(value), range: "at least 0" }),
  );
  return undefined;
}

/** The list a `map` or `for` goes over; undefined when that was reported. */
export function checkSource(
  context: CheckContext,
  node: ExpressionNode,
  scope: Scope,
  word: "map" | "for",
): (Type & { kind: "list" }) | undefined {
  const found = context.check(context, node, scope);
  if (found.kind === "list") return found;
  if (found.kind === "error") return undefined;
  const text = textOf(context, node);
  if (found.kind === "partial") {
    context.report(
      diagnostic(
        "partial-as-list",
        node.span,
        { what: `What \`${word}\` goes over`, found: quoteType(found) },
        {
          fixes: [addOk(node.span)],
        },
      ),
    );
    return undefined;
  }
  const right =
    found.kind === "int"
      ? `range(${text})`
      : found.kind === "optional" && found.inner.kind === "list"
        ? `${text} ?? []`
        : undefined;
  const lists =
    found.kind === "record"
      ? found.fields.filter((field) => field.type.kind === "list").map((field) => field.name)
      : [];
  const instead = right
    ? ` Write \`${right}\`.`
    : lists.length === 1
      ? ` Its field \`${lists[0]}\` is a list: \`${text}.${lists[0]}\`.`
      : found.kind === "file" || found.kind === "dir"
        ? " A file is opened only by tasks: let a task read it and return the list."
        : "";
  context.report(
    diagnostic(
      "map-over-non-list",
      node.span,
      { word, found: quoteType(found), instead },
      right ? { fixes: [{ title: `Change to \`${right}\``, edits: [{ span: node.span, text: right }] }] } : {},
    ),
  );
  return undefined;
}

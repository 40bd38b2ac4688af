// Blocks: statements from top to bottom, each seeing the names above it, and the value they yield.

import { flow } from "../diagnostics/catalog/flow.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { BlockNode, CheckNode, DoNode, LetNode, NameNode } from "../syntax/ast.ts";
import { BOOL, NONE, STRING, type Type } from "../types/type.ts";
import { resolveType } from "./check-types.ts";
import { type CheckContext, createScope, findLocal, type Scope } from "./context.ts";
import { declareLocal } from "./declare-local.ts";
import { didYouMean, nearFix } from "./describe.ts";
import { withoutParentheses } from "./flatten-record.ts";
import { tryFold } from "./fold.ts";
import { narrow } from "./narrow.ts";
import { stageOf } from "./stage.ts";
import { textOf } from "./text-of.ts";

const diagnostic = bindDiagnostics(flow);

/** Checks a block in a scope of its own below `outer`. The type it yields, `none` without `yield`. */
export function checkBlock(
  context: CheckContext,
  node: BlockNode,
  outer: Scope,
  expected?: Type,
  what = "What is yielded",
): Type {
  const later = (name: string) =>
    node.statements.find((statement): statement is LetNode => statement.kind === "Let" && statement.name.text === name)
      ?.name.span ?? outer.later?.(name);
  const narrowed = new Map<string, Type>();
  const scope = createScope(outer, { later, narrowed });
  for (const statement of node.statements) {
    if (statement.kind === "Let") checkLet(context, statement, scope);
    else if (statement.kind === "Do") checkDo(context, statement, scope);
    else if (statement.kind === "Check") {
      context.facts.checks.add(statement);
      checkCheck(context, statement, scope);
      // What follows waits for the check, so it holds from here on.
      for (const [path, type] of narrow(context, statement.test, true)) narrowed.set(path, type);
    }
  }
  return node.yield ? context.check(context, node.yield, scope, expected, what) : NONE;
}

function checkLet(context: CheckContext, node: LetNode, scope: Scope): void {
  const declared = node.type && resolveType(context, node.type);
  let type: Type;
  if (declared) {
    context.check(context, node.value, scope, declared, `\`${node.name.text}\``);
    type = declared;
  } else type = context.infer(context, node.value, scope);
  checkAfter(context, node.after, scope);
  const { stage, cause } = stageOf(context, node.value);
  const constant = stage === "compile" && type.kind !== "error" ? tryFold(context, node.value) : undefined;
  declareLocal(context, scope, { kind: "let", name: node.name, type, stage, constant, cause });
}

function checkDo(context: CheckContext, node: DoNode, scope: Scope): void {
  const type = context.infer(context, node.value, scope);
  checkAfter(context, node.after, scope);
  const value = withoutParentheses(node.value);
  if (type.kind === "error" || context.facts.effects.has(value)) return;
  context.report(diagnostic("do-without-call", node.value.span, {}));
}

/** The names after `after`: `let`s above in the same block. */
function checkAfter(context: CheckContext, names: readonly NameNode[], scope: Scope): void {
  for (const name of names) {
    if (name.text === "") continue;
    const symbol = scope.names.get(name.text);
    if (symbol?.kind === "let") {
      symbol.isUsed = true;
      context.facts.symbols.set(name, symbol);
      continue;
    }
    const candidates = [...scope.names.values()].filter((local) => local.kind === "let").map((local) => local.name);
    const outside = findLocal(scope, name.text);
    const known = outside
      ? ` \`${name.text}\` stands outside of it: write \`after ${name.text}\` behind the block, which then waits as a whole.`
      : didYouMean(name.text, candidates, "Above are");
    context.report(
      diagnostic(
        "unknown-after",
        name.span,
        { name: name.text, known },
        nearFix(name.text, name.span, candidates, (near) => scope.names.get(near)?.span),
      ),
    );
  }
}

function checkCheck(context: CheckContext, node: CheckNode, scope: Scope): void {
  const test = context.check(context, node.test, scope, BOOL, "The condition of `check`");
  const message = node.message && context.check(context, node.message, scope, STRING, "The message of `check`");
  if (test.kind === "error" || message?.kind === "error") return;
  if (stageOf(context, node.test).stage !== "compile" || tryFold(context, node.test) !== false) return;
  const text = textOf(context, node.test);
  const known =
    node.message && stageOf(context, node.message).stage === "compile" ? tryFold(context, node.message) : undefined;
  context.report(
    diagnostic("check-fails", node.test.span, { message: typeof known === "string" ? known : `\`${text}\` is false.` }),
  );
}

// Checks a program. In: the loaded modules. Out: facts by syntax node and everything there is to say. Order: what declarations mean, then
// tasks, then pipelines. The rules that look at the whole come afterwards, in `rules.ts`.

import { flow } from "../diagnostics/catalog/flow.ts";
import { names } from "../diagnostics/catalog/names.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { ParameterNode, PipelineNode } from "../syntax/ast.ts";
import { printType } from "../types/print.ts";
import { DURATION, ERROR, RUN } from "../types/type.ts";
import { checkBlock } from "./check-block.ts";
import { checkExpression, inferExpression } from "./check-expression.ts";
import { checkNames } from "./check-names.ts";
import { checkResourcesDeclaration } from "./check-resources.ts";
import { checkSchedule } from "./check-schedule.ts";
import { checkSecret } from "./check-secret.ts";
import { checkTask } from "./check-task.ts";
import { type CheckContext, createScope, type Scope } from "./context.ts";
import { createDeclarations } from "./declarations.ts";
import { declareLocal } from "./declare-local.ts";
import type { ProgramHost } from "./load-program.ts";
import {
  type Analysis,
  createFacts,
  type Facts,
  type GlobalSymbol,
  type Module,
  type Program,
  type Signature,
  type Stage,
} from "./program.ts";
import { requireStage } from "./stage.ts";

const diagnostic = bindDiagnostics({ ...flow, ...names });

export function analyze(program: Program, host: Pick<ProgramHost, "pathExists">): Analysis {
  const diagnostics: Diagnostic[] = [];
  const facts = createFacts(program);
  const { declarations, contextOf } = createDeclarations({
    facts,
    report: (found) => diagnostics.push(found),
    mainPath: program.modules[0]?.source.path ?? "",
    ...(host.pathExists && { pathExists: host.pathExists }),
    check: checkExpression,
    infer: inferExpression,
  });
  const symbols = declaredIn(program, contextOf);
  for (const { symbol, context } of symbols) {
    if (symbol.kind === "type" || symbol.kind === "enum") declarations.typeNamed(symbol);
    else if (symbol.kind === "const") declarations.constant(symbol);
    else if (symbol.kind === "secret") checkSecret(context, symbol.node);
    else if (symbol.kind === "resources") checkResourcesDeclaration(context, symbol.node);
    else if (symbol.kind === "task" || symbol.kind === "pipeline") declarations.signature(symbol);
  }
  for (const { symbol, context } of symbols) if (symbol.kind === "task") checkTaskDeclaration(context, symbol);
  for (const { symbol, context } of symbols) if (symbol.kind === "pipeline") checkPipeline(context, symbol);
  reportRecursion(
    facts,
    symbols.map(({ symbol }) => symbol),
    diagnostics,
  );
  return { program, facts, diagnostics };
}

/** The symbols that the modules declare themselves, in source order. */
function declaredIn(
  program: Program,
  contextOf: (module: Module) => CheckContext,
): { symbol: GlobalSymbol; context: CheckContext }[] {
  const declared: { symbol: GlobalSymbol; context: CheckContext }[] = [];
  for (const module of program.modules) {
    const context = contextOf(module);
    module.globals.forEach((symbol) => {
      if (symbol.module === module) declared.push({ symbol, context });
    });
  }
  return declared;
}

function fillWithParameters(
  context: CheckContext,
  scope: Scope,
  signature: Signature,
  nodes: readonly ParameterNode[],
  stage: Stage,
): Scope {
  for (const node of nodes) {
    const type = signature.parameters.find((parameter) => parameter.node === node)?.type ?? ERROR;
    declareLocal(context, scope, { kind: "parameter", name: node.name, type, stage });
  }
  return scope;
}

function checkTaskDeclaration(context: CheckContext, symbol: GlobalSymbol & { kind: "task" }): void {
  const signature = context.declarations.signature(symbol);
  checkNames(context, symbol.node);
  const scope = createScope(undefined, { noCalls: "task" });
  checkTask(
    context,
    symbol.node,
    signature,
    fillWithParameters(context, scope, signature, symbol.node.parameters, "run"),
  );
}

function checkPipeline(outer: CheckContext, symbol: GlobalSymbol & { kind: "pipeline" }): void {
  const node = symbol.node;
  const context: CheckContext = { ...outer, pipeline: node };
  const signature = context.declarations.signature(symbol);
  context.facts.localNames.set(node, new Set());
  checkNames(context, node);
  checkSchedule(context, node, signature);
  const scope = fillWithParameters(context, createScope(), signature, node.parameters, "submit");
  if (node.timeout) {
    context.check(
      context,
      node.timeout,
      createScope(scope, { noCalls: "clause" }),
      DURATION,
      "The `timeout` of a pipeline",
    );
    requireStage(context, node.timeout, "submit", "The `timeout` of a pipeline");
  }
  const declared = signature.result.kind === "none" ? undefined : signature.result;
  const found = checkBlock(context, node.body, scope, declared, `The result of \`${symbol.name}\``);
  if (declared && declared.kind !== "error" && !node.body.yield) {
    const type = `\`${printType(declared)}\``;
    context.report(
      diagnostic(
        "missing-result",
        node.name.span,
        { name: symbol.name, type },
        node.result ? { related: [{ span: node.result.span, text: "promised here" }] } : {},
      ),
    );
  }
  if (!node.result && node.body.yield && found.kind !== "error") {
    context.report(
      diagnostic("undeclared-result", node.body.yield.span, { name: symbol.name, type: printType(found) }),
    );
  }
  if (node.finally) checkFinally(context, node, node.finally, scope);
}

function checkFinally(
  context: CheckContext,
  pipeline: PipelineNode,
  block: NonNullable<PipelineNode["finally"]>,
  parameters: Scope,
): void {
  const body = new Map(
    pipeline.body.statements.flatMap((statement) =>
      statement.kind === "Let" ? [[statement.name.text, statement.name.span] as const] : [],
    ),
  );
  const scope = createScope(parameters, { outside: (name) => body.get(name) });
  const { span } = pipeline.name;
  scope.names.set("run", { kind: "run", name: "run", type: RUN, stage: "run", span, isUsed: false });
  checkBlock(context, block, scope);
  if (block.yield) context.report(diagnostic("yield-not-here", block.yield.span, {}));
}

/** Pipelines that call themselves, each circle once, starting at the pipeline that stands first. */
function reportRecursion(facts: Facts, symbols: readonly GlobalSymbol[], diagnostics: Diagnostic[]): void {
  const state = new Map<PipelineNode, "open" | "done">();
  for (const symbol of symbols) {
    if (symbol.kind !== "pipeline" || state.has(symbol.node)) continue;
    const path = [{ node: symbol.node, next: 0 }];
    state.set(symbol.node, "open");
    while (path.length > 0) {
      const top = path.at(-1)!;
      const call = facts.pipelineCalls.get(top.node)?.[top.next++];
      if (!call) {
        state.set(top.node, "done");
        path.pop();
        continue;
      }
      const target = facts.symbols.get(call);
      if (target?.kind !== "pipeline") continue;
      if (state.get(target.node) === "open") {
        const circle = [
          ...path.slice(path.findIndex((step) => step.node === target.node)).map((step) => step.node),
          target.node,
        ];
        const cycle = circle.map((node) => `\`${node.name.text}\``).join(" → ");
        diagnostics.push(
          diagnostic(
            "recursive-pipeline",
            call.span,
            { name: target.name, cycle },
            {
              related: [{ span: target.node.name.span, text: `\`${target.name}\` is declared here` }],
            },
          ),
        );
      } else if (!state.has(target.node)) {
        state.set(target.node, "open");
        path.push({ node: target.node, next: 0 });
      }
    }
  }
}

// Lowers one pipeline: its parameters, its body and what runs at its end.

import { lowerExpression } from "../analysis/lower-expression.ts";
import { plainText } from "../analysis/plain-text.ts";
import type { Stage } from "../analysis/program.ts";
import type { BlockNode, PipelineNode, SyntaxNode } from "../syntax/ast.ts";
import { documentationFor } from "../syntax/comments.ts";
import type { Type } from "../types/type.ts";
import type { BlockScope } from "./block-scope.ts";
import { foldScalar } from "./fold-scalar.ts";
import { lowerBlock } from "./lower-block.ts";
import type { Lowering, PipelineSymbol, Reached } from "./lowering.ts";
import type { PlanParameter, PlanPipeline } from "./plan.ts";
import { createUniqueNames } from "./unique-names.ts";

/** The pipeline under its id. `isRoot`: it is the one that runs, so that its parameters are known when the run is submitted. */
export function lowerPipeline(
  lowering: Lowering,
  { id, symbol }: Reached<PipelineSymbol>,
  isRoot: boolean,
): PlanPipeline {
  const { node, module } = symbol;
  const { facts, place } = lowering;
  const signature = facts.signatures.get(node)!;
  const document = (of: SyntaxNode) => {
    const documentation = documentationFor(of, module.comments, module.source.text);
    return documentation ? { documentation } : {};
  };
  const parameters = signature.parameters.map(
    (parameter): PlanParameter => ({
      name: parameter.name,
      type: parameter.type,
      ...(parameter.default === undefined ? {} : { default: parameter.default }),
      ...document(parameter.node),
      source: place(parameter.node.span),
    }),
  );
  const known = parameters.map(({ name }): [string, Stage] => [name, isRoot ? "submit" : "run"]);
  const scope: BlockScope = {
    lowering,
    // Ids that are made up differ from all names that an expression can mean, the `run` of `finally` among them.
    names: createUniqueNames(["run", ...facts.localNames.get(node)!]),
    stages: new Map(known),
    values: new Map(),
  };
  const lowerBody = (block: BlockNode, type?: Type) => lowerBlock(block, scope, type).block;
  const result = signature.result.kind === "none" ? undefined : signature.result;
  return {
    id,
    name: symbol.name,
    ...document(node),
    source: place(node.name.span),
    parameters,
    result: signature.result,
    ...(node.schedule && { schedule: lowerSchedule(node.schedule) }),
    ...(node.timeout && { timeout: foldScalar(lowerExpression(node.timeout, { facts, place, hoist: refuseHoist })) }),
    body: lowerBody(node.body, result),
    ...(node.finally && { finally: lowerBody(node.finally) }),
  };
}

function refuseHoist(): never {
  throw new Error("a timeout holds a call that checking should have refused");
}

function lowerSchedule(node: NonNullable<PipelineNode["schedule"]>): NonNullable<PlanPipeline["schedule"]> {
  const cron = plainText(node.cron) ?? "";
  return node.zone ? { cron, zone: plainText(node.zone) ?? "" } : { cron };
}

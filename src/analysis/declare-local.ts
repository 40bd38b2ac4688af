// Brings a local name into a scope. Inside a task or pipeline a name means one thing: what is already there is not hidden but reported.

import { flow } from "../diagnostics/catalog/flow.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { NameNode } from "../syntax/ast.ts";
import type { Type } from "../types/type.ts";
import type { Value } from "../types/value.ts";
import { type CheckContext, findLocal, type Scope } from "./context.ts";
import { describeKind } from "./describe.ts";
import type { LocalSymbol, Stage, StageCause } from "./program.ts";

const diagnostic = bindDiagnostics(flow);

export interface LocalDeclaration {
  readonly kind: LocalSymbol["kind"];
  readonly name: NameNode;
  readonly type: Type;
  readonly stage: Stage;
  readonly constant?: Value | undefined;
  readonly cause?: StageCause | undefined;
}

export function declareLocal(
  context: CheckContext,
  scope: Scope,
  { kind, name, type, stage, constant, cause }: LocalDeclaration,
): void {
  if (name.text === "") return;
  const symbol: LocalSymbol = {
    kind,
    name: name.text,
    type,
    stage,
    constant,
    cause,
    span: name.span,
    isUsed: false,
  };
  const local = findLocal(scope, name.text);
  const global = context.module.globals.get(name.text);
  const hides = global && (global.kind === "const" || global.kind === "enum" || global.kind === "secret");
  if (local || hides) {
    const kindThere = describeKind(local?.kind ?? global!.kind);
    context.report(
      diagnostic(
        "shadowed-name",
        name.span,
        { name: name.text, kind: kindThere },
        {
          related: [{ span: local?.span ?? global!.node.name.span, text: `\`${name.text}\` is declared here` }],
        },
      ),
    );
    if (local) return;
  }
  context.facts.symbols.set(name, symbol);
  scope.names.set(name.text, symbol);
  if (context.pipeline) context.facts.localNames.get(context.pipeline)?.add(name.text);
}

// What all parts of lowering share: the facts, the ids of tasks and pipelines as they are first met, and the work that is still to be done.
import type { CheckContext } from "../analysis/context.ts";
import type { Facts, GlobalSymbol, Module, Program } from "../analysis/program.ts";
import type { SyntaxNode } from "../syntax/ast.ts";
import { positionAt } from "../text/source-file.ts";
import type { Span } from "../text/span.ts";
import { relativeToFile } from "../util/relative-path.ts";
import type { PlanResources } from "./plan.ts";
import { createUniqueNames } from "./unique-names.ts";

export type TaskSymbol = GlobalSymbol & { readonly kind: "task" };
export type PipelineSymbol = GlobalSymbol & { readonly kind: "pipeline" };
export type SecretSymbol = GlobalSymbol & { readonly kind: "secret" };

/** One lowering of a program. What is reached is numbered and queued when it is first met. */
export interface Lowering {
  readonly program: Program;
  readonly facts: Facts;
  readonly contextOf: (module: Module) => CheckContext;
  /** "file:line:column", the path relative to the main file's folder. */
  readonly place: (span: Span) => string;
  readonly taskId: (symbol: TaskSymbol) => string;
  readonly pipelineId: (symbol: PipelineSymbol) => string;
  readonly secretId: (symbol: SecretSymbol) => string;
  readonly tasks: readonly Reached<TaskSymbol>[];
  readonly pipelines: readonly Reached<PipelineSymbol>[];
  readonly secrets: readonly Reached<SecretSymbol>[];
  /** The resources blocks that were lowered, by declaration. */
  readonly resources: Map<SyntaxNode, PlanResources>;
}

/** A declaration that the plan holds, under its id. */
export interface Reached<S> {
  readonly id: string;
  readonly symbol: S;
}

/** Starts a lowering in which nothing is reached yet. */
export function createLowering(program: Program, facts: Facts, contextOf: Lowering["contextOf"]): Lowering {
  const tasks = createRegister<TaskSymbol>(program, "Task");
  const pipelines = createRegister<PipelineSymbol>(program, "Pipeline");
  const secrets = createRegister<SecretSymbol>(program, "Secret");
  const main = program.modules[0]!.source.path;
  const paths = program.modules.map((module) => relativeToFile(main, module.source.path));
  return {
    program,
    facts,
    contextOf,
    place: (span) => {
      const { line, column } = positionAt(program.modules[span.file]!.source, span.start);
      return `${paths[span.file]}:${line}:${column}`;
    },
    taskId: tasks.idOf,
    pipelineId: pipelines.idOf,
    secretId: secrets.idOf,
    tasks: tasks.reached,
    pipelines: pipelines.reached,
    secrets: secrets.reached,
    resources: new Map(),
  };
}

// The first that comes with a name has it as its id; a name that some file declares is never made up for another.
function createRegister<S extends GlobalSymbol>(program: Program, kind: "Task" | "Pipeline" | "Secret") {
  const ids = new Map<SyntaxNode, string>();
  const reached: Reached<S>[] = [];
  const names = createUniqueNames(declaredNames(program, kind));
  const claimed = new Set<string>();
  const idOf = (symbol: S): string => {
    const known = ids.get(symbol.node);
    if (known !== undefined) return known;
    const name = symbol.node.name.text;
    const id = claimed.has(name) ? names.take(name) : name;
    claimed.add(name);
    ids.set(symbol.node, id);
    reached.push({ id, symbol });
    return id;
  };
  return { idOf, reached };
}

function declaredNames(program: Program, kind: SyntaxNode["kind"]): Set<string> {
  const names = new Set<string>();
  for (const { file } of program.modules) {
    for (const declaration of file.declarations) {
      if (declaration.kind === kind && "name" in declaration) names.add(declaration.name.text);
    }
  }
  return names;
}

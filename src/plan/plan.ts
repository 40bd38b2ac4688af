// The plan: everything an engine or an emitter will see, as versioned JSON. Names are resolved, nodes are in dependency order, defaults are
// filled in, constants are folded, every node carries its place. Whoever has a plan never asks the tree a question.
import type { Expr } from "../expr/expr.ts";
import type { RETRY_CAUSES, Type } from "../types/type.ts";
import type { Value } from "../types/value.ts";

export { AMOUNTS, type Amount } from "../types/amounts.ts";
export { RETRY_CAUSES } from "../types/type.ts";

export const PLAN_VERSION = 1;

export interface Plan {
  readonly version: typeof PLAN_VERSION;
  /** The id of the pipeline that runs; one of `pipelines`. */
  readonly pipeline: string;
  /** The sources, the main file first, then imports in the order first met; paths relative to the main file's folder, with `/`. */
  readonly files: readonly PlanFile[];
  /** Sorted by name; only those in use. */
  readonly secrets: readonly PlanSecret[];
  /** Sorted by id; only those in use. */
  readonly tasks: readonly PlanTask[];
  /** Sorted by id; the one that runs and those it calls. */
  readonly pipelines: readonly PlanPipeline[];
  readonly bounds: PlanBounds;
}

export interface PlanFile {
  readonly path: string;
  /** Of the UTF-8 text, in hex. */
  readonly sha256: string;
}

/** `secret name = "object/key"`: a key of a cluster Secret. */
export interface PlanSecret {
  readonly name: string;
  readonly object: string;
  readonly key: string;
}

/** Upper bounds; null where no bound is known before the run (a parameter decides it). */
export interface PlanBounds {
  /** Pods of first attempts, `finally` included. */
  readonly pods: number | null;
  /** Pods when every retry budget is used up. */
  readonly attempts: number | null;
  /** At once, as `parallel` and the order of nodes allow; requests, after growth by retries. */
  readonly peak: {
    readonly pods: number | null;
    readonly cpu: number | null;
    readonly memory: number | null;
    readonly gpu: number | null;
  };
}

export interface PlanParameter {
  readonly name: string;
  readonly type: Type;
  /** Absent: must be given. */
  readonly default?: Value;
  readonly documentation?: string;
  readonly source: string;
}

export interface PlanPipeline {
  /** The name, made unique with `_2`, `_3` … when two files use the same one. */
  readonly id: string;
  readonly name: string;
  readonly documentation?: string;
  readonly source: string;
  readonly parameters: readonly PlanParameter[];
  /** `none` without a result. */
  readonly result: Type;
  readonly schedule?: { readonly cron: string; readonly zone?: string };
  /** Milliseconds; stage submit: may name parameters. */
  readonly timeout?: Expr;
  readonly body: PlanBlock;
  /** Sees the parameters and `run`. */
  readonly finally?: PlanBlock;
}

export interface PlanTask {
  readonly id: string;
  readonly name: string;
  readonly documentation?: string;
  readonly source: string;
  readonly parameters: readonly { readonly name: string; readonly type: Type }[];
  /** Empty for a task without result; one with name null for the single output at `out`; else the named ones. */
  readonly outputs: readonly PlanOutput[];
  readonly image?: string;
  readonly command: PlanCommand;
  readonly env: readonly PlanEnv[];
  readonly resources: PlanResources;
  /** As written, or `retry evicted 3` when none was. */
  readonly retries: readonly PlanRetry[];
  /** Per attempt, milliseconds. */
  readonly timeout?: Expr;
  /** `cache true` has no version. */
  readonly cache?: { readonly version?: string };
  /** Other pod-spec fields, checked, by their Kubernetes names. */
  readonly pod?: Value;
}

export interface PlanOutput {
  readonly name: string | null;
  readonly type: Type;
}

/**
 * Expressions of a task see its parameters; in commands and env also `out`: the path of the single output, or a record of the paths of the
 * named ones. A spread argument has a list type and adds one argument per item.
 */
export type PlanCommand =
  | { readonly form: "run" | "args"; readonly items: readonly PlanArgument[]; readonly source: string }
  | { readonly form: "script"; readonly interpreter: string; readonly text: string; readonly source: string };

export type PlanArgument =
  | { readonly value: Expr; readonly type: Type }
  | { readonly spread: Expr; readonly type: Type };

export type PlanEnv =
  | { readonly name: string; readonly value: Expr; readonly type: Type }
  | { readonly name: string; readonly secret: string };

/** `4` is a request and a limit of 4; `4..8` a request of 4 and a limit of 8. */
export interface PlanRange {
  readonly request: Expr;
  readonly limit: Expr;
}

export interface PlanResources {
  readonly cpu?: PlanRange;
  readonly memory?: PlanRange;
  readonly storage?: PlanRange;
  readonly shared_memory?: PlanRange;
  readonly gpu?: Expr;
  readonly accelerator?: Expr;
  /** Extended resources, by name in the order written. */
  readonly devices?: readonly { readonly name: string; readonly count: Expr }[];
  /** Node selectors. */
  readonly node?: readonly { readonly name: string; readonly value: Expr }[];
  /** As in a pod spec. */
  readonly tolerations?: Value;
  readonly priority?: Expr;
}

export interface PlanRetry {
  readonly cause: (typeof RETRY_CAUSES)[number];
  /** Of `exit(n, …)`. */
  readonly codes: readonly number[];
  /** Stage submit. */
  readonly count: Expr;
  /** Milliseconds; with `to`, doubling from the first to the second. Stage run. */
  readonly after?: { readonly from: Expr; readonly to?: Expr };
  /** Replaced for the next attempts. The expressions see the task's parameters and, under the resources' names, the previous attempt's requests. */
  readonly overrides: PlanResources;
  readonly source: string;
}

/** Nodes in dependency order; `yield` is absent in a block without a value. */
export interface PlanBlock {
  readonly nodes: readonly PlanNode[];
  readonly yield?: { readonly value: Expr; readonly type: Type };
}

interface PlanNodeBase {
  /** Unique in its block, and not the name of anything the block's expressions can otherwise see. */
  readonly id: string;
  readonly source: string;
  /** Ids of nodes of the same block that must be complete first, by data or by `after`; sorted in block order. */
  readonly needs: readonly string[];
}

export type PlanNode = PlanCall | PlanPipelineCall | PlanMap | PlanIf | PlanCheck | PlanLet;

export interface PlanCall extends PlanNodeBase {
  readonly kind: "call";
  readonly task: string;
  /** One for each parameter of the task, in its order, defaults filled in. */
  readonly arguments: readonly ExprArgument[];
  readonly type: Type;
}

export interface PlanPipelineCall extends PlanNodeBase {
  readonly kind: "pipeline";
  readonly pipeline: string;
  readonly arguments: readonly ExprArgument[];
  readonly type: Type;
}

export interface ExprArgument {
  readonly name: string;
  readonly value: Expr;
}

/** Evaluated when the map starts: source, max, parallel; per item of the source: where; per item kept: key. */
export interface PlanMap extends PlanNodeBase {
  readonly kind: "map";
  readonly item: string;
  readonly index?: string;
  readonly input: Expr;
  readonly itemType: Type;
  readonly where?: Expr;
  readonly key?: Expr;
  /** 1024 when not written. */
  readonly max: Expr;
  readonly parallel?: Expr;
  readonly batch?: number;
  readonly tolerate?: { readonly count: number } | { readonly percent: number };
  readonly body: PlanBlock;
  /** Upper bound of the items, where one is known before the run: the smaller of a literal `max` and the bound of the list itself. */
  readonly bound?: number;
  /** `list`, or `partial` with `tolerate`, or `none` when the body yields nothing. */
  readonly type: Type;
  /** Static: the items are known before the run. */
  readonly static: boolean;
}

export interface PlanIf extends PlanNodeBase {
  readonly kind: "if";
  readonly test: Expr;
  readonly then: PlanBlock;
  /** Without it, the value is null when the test is false. */
  readonly else?: PlanBlock;
  readonly type: Type;
}

export interface PlanCheck extends PlanNodeBase {
  readonly kind: "check";
  readonly test: Expr;
  readonly message?: Expr;
  /** The condition as written, for the message. */
  readonly text: string;
}

/** A pure value. */
export interface PlanLet extends PlanNodeBase {
  readonly kind: "let";
  readonly value: Expr;
  readonly type: Type;
}

// Builds small plans for tests of the engine and the backends, without the compiler. `needs` follow from the names that nodes refer to.
import type { Expr } from "../../src/expr/expr.ts";
import type {
  Plan,
  PlanBlock,
  PlanCall,
  PlanCheck,
  PlanIf,
  PlanLet,
  PlanMap,
  PlanNode,
  PlanPipeline,
  PlanPipelineCall,
  PlanRange,
  PlanRetry,
  PlanTask,
} from "../../src/plan/plan.ts";
import { INT, listOf, NONE, STRING, type Type } from "../../src/types/type.ts";
import type { Value } from "../../src/types/value.ts";

const AT = "test.pipe:1:1";

export const literal = (value: Value): Expr => ({ op: "literal", value });
export const ref = (name: string): Expr => ({ op: "ref", name });
export const field = (value: Expr, name: string): Expr => ({ op: "field", value, name });
export const list = (...items: Expr[]): Expr => ({ op: "list", items: items.map((value) => ({ value })) });
export const compare = (left: Expr, operator: "==" | "!=" | "<" | "<=" | ">" | ">=" | "in", right: Expr): Expr => ({
  op: "compare",
  operator,
  left,
  right,
});
export const compute = (
  left: Expr,
  operator: "+" | "-" | "*" | "/" | "%",
  right: Expr,
  kind: "int" | "float" | "size" | "duration" = "int",
): Expr => ({ op: "arithmetic", operator, left, right, kind, at: AT });
/** An expression that always fails. */
export const failing: Expr = { op: "index", value: list(), index: literal(-1), at: AT };
export const range = (request: Expr, limit: Expr = request): PlanRange => ({ request, limit });
export const exactly = (amount: number): PlanRange => range(literal(amount));

export interface TaskParts extends Partial<Omit<PlanTask, "parameters">> {
  readonly parameters?: Readonly<Record<string, Type>>;
}

/** A task with one Int parameter `x` and one Int output, unless told otherwise. */
export function task(id: string, parts: TaskParts = {}): PlanTask {
  const { parameters = { x: INT }, ...rest } = parts;
  return {
    id,
    name: id,
    source: AT,
    parameters: Object.entries(parameters).map(([name, type]) => ({ name, type })),
    outputs: [{ name: null, type: INT }],
    command: { form: "run", items: [{ value: literal(id), type: STRING }], source: AT },
    env: [],
    resources: {},
    retries: [],
    ...rest,
  };
}

export function retry(cause: PlanRetry["cause"], count: number, parts: Partial<PlanRetry> = {}): PlanRetry {
  return { cause, codes: [], count: literal(count), overrides: {}, source: AT, ...parts };
}

type NodeParts = { readonly after?: readonly string[] };

export function call(
  id: string,
  taskId: string,
  values: Readonly<Record<string, Expr>>,
  { after = [] }: NodeParts = {},
): PlanCall {
  return { kind: "call", id, task: taskId, arguments: argumentsOf(values), type: INT, source: AT, needs: after };
}

export function pipelineCall(id: string, pipeline: string, values: Readonly<Record<string, Expr>>): PlanPipelineCall {
  return { kind: "pipeline", id, pipeline, arguments: argumentsOf(values), type: INT, source: AT, needs: [] };
}

export function letNode(id: string, value: Expr, { after = [] }: NodeParts = {}): PlanLet {
  return { kind: "let", id, value, type: INT, source: AT, needs: after };
}

export function check(id: string, test: Expr, message?: Expr): PlanCheck {
  const common = { kind: "check", id, test, text: "a > b", source: AT, needs: [] } as const;
  return message === undefined ? common : { ...common, message };
}

export function branch(id: string, test: Expr, then: PlanBlock, otherwise?: PlanBlock): PlanIf {
  const common = { kind: "if", id, test, then, type: INT, source: AT, needs: [] } as const;
  return otherwise === undefined ? common : { ...common, else: otherwise };
}

export interface MapParts extends Partial<Omit<PlanMap, "kind" | "id" | "body" | "input" | "needs">>, NodeParts {
  readonly items: Expr;
  readonly body: readonly PlanNode[];
  readonly result?: Expr;
}

/** Over `items`, each named `e`; yields nothing without `result`. */
export function map(id: string, { items, body, result, after = [], ...rest }: MapParts): PlanMap {
  return {
    kind: "map",
    id,
    item: "e",
    input: items,
    itemType: INT,
    max: literal(1024),
    type: listOf(INT),
    static: false,
    source: AT,
    needs: after,
    ...rest,
    body: block(body, result),
  };
}

/** A block whose nodes need what their expressions name. */
export function block(nodes: readonly PlanNode[], result?: Expr): PlanBlock {
  const ids = nodes.map((node) => node.id);
  const linked = nodes.map((node) => {
    const names = refsOf(node);
    return { ...node, needs: ids.filter((id) => id !== node.id && (names.has(id) || node.needs.includes(id))) };
  });
  return result === undefined ? { nodes: linked } : { nodes: linked, yield: { value: result, type: INT } };
}

function refsOf(node: PlanNode): Set<string> {
  const names = new Set<string>();
  JSON.stringify(node, (_, part: unknown) => {
    const expr = part as Expr | null | undefined;
    if (typeof expr === "object" && expr?.op === "ref") names.add(expr.name);
    return part;
  });
  return names;
}

export function pipeline(id: string, body: PlanBlock, parts: Partial<PlanPipeline> = {}): PlanPipeline {
  return { id, name: id, source: AT, parameters: [], result: NONE, body, ...parts };
}

export interface PlanParts {
  readonly tasks: readonly PlanTask[];
  readonly body: readonly PlanNode[];
  readonly result?: Expr;
  readonly finally?: readonly PlanNode[];
  readonly timeout?: Expr;
  readonly others?: readonly PlanPipeline[];
}

/** A plan that runs one pipeline, `main`. */
export function plan({ tasks, body, result, finally: last, timeout, others = [] }: PlanParts): Plan {
  const parts: Partial<PlanPipeline> = {
    ...(last === undefined ? {} : { finally: block(last) }),
    ...(timeout === undefined ? {} : { timeout }),
  };
  return {
    version: 1,
    pipeline: "main",
    files: [],
    secrets: [],
    tasks,
    pipelines: [pipeline("main", block(body, result), parts), ...others],
    bounds: { pods: null, attempts: null, peak: { pods: null, cpu: null, memory: null, gpu: null } },
  };
}

function argumentsOf(values: Readonly<Record<string, Expr>>): PlanCall["arguments"] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}

// The plan's format as a JSON Schema (2020-12): every object closed, every property as `plan.ts` has it.
import { expressionDefinitions } from "./expr-schema.ts";
import {
  AMOUNTS,
  type ExprArgument,
  PLAN_VERSION,
  type Plan,
  type PlanArgument,
  type PlanBlock,
  type PlanBounds,
  type PlanCommand,
  type PlanEnv,
  type PlanFile,
  type PlanNode,
  type PlanOutput,
  type PlanParameter,
  type PlanPipeline,
  type PlanRange,
  type PlanResources,
  type PlanRetry,
  type PlanSecret,
  type PlanTask,
  RETRY_CAUSES,
} from "./plan.ts";
import {
  arrayOf,
  COUNT,
  NUMBER,
  nullable,
  objectOf,
  oneWordOf,
  optional,
  refer,
  type Schema,
  TEXT,
  type Variant,
} from "./schema-shape.ts";

type Defined<T> = NonNullable<T>;
type NodeOf<K extends PlanNode["kind"]> = Variant<PlanNode, "kind", K>;
type ArgumentWith<K extends string> = Extract<PlanArgument, { readonly [P in K]: unknown }>;
type EnvWith<K extends string> = Extract<PlanEnv, { readonly [P in K]: unknown }>;

const EXPR = refer("Expr");
const TYPE = refer("Type");
const VALUE = refer("Value");
const BLOCK = refer("Block");
const RESOURCES = refer("Resources");

const NODE = { id: TEXT, source: TEXT, needs: arrayOf(TEXT) };
const ARGUMENTS = arrayOf(refer("Argument"));

// One entry for each kind of node: a new one without its schema does not compile.
const NODES: Readonly<Record<PlanNode["kind"], Schema>> = {
  call: objectOf<NodeOf<"call">>(
    { kind: { const: "call" }, ...NODE, task: TEXT, arguments: ARGUMENTS, type: TYPE },
    "One call of a task.",
  ),
  pipeline: objectOf<NodeOf<"pipeline">>(
    { kind: { const: "pipeline" }, ...NODE, pipeline: TEXT, arguments: ARGUMENTS, type: TYPE },
    "One call of another pipeline.",
  ),
  map: objectOf<NodeOf<"map">>(
    {
      kind: { const: "map" },
      ...NODE,
      item: TEXT,
      index: optional(TEXT),
      input: EXPR,
      itemType: TYPE,
      where: optional(EXPR),
      key: optional(EXPR),
      max: EXPR,
      parallel: optional(EXPR),
      batch: optional({ type: "integer", minimum: 1 }),
      tolerate: optional({
        oneOf: [
          objectOf<{ count: number }>({ count: COUNT }),
          objectOf<{ percent: number }>({ percent: { ...NUMBER, minimum: 0, maximum: 100 } }),
        ],
      }),
      body: BLOCK,
      bound: optional(COUNT),
      type: TYPE,
      static: { type: "boolean" },
    },
    "A block that runs once for each item of a list.",
  ),
  if: objectOf<NodeOf<"if">>(
    // biome-ignore lint/suspicious/noThenProperty: the plan's own word
    { kind: { const: "if" }, ...NODE, test: EXPR, then: BLOCK, else: optional(BLOCK), type: TYPE },
    "A branch with calls.",
  ),
  check: objectOf<NodeOf<"check">>(
    { kind: { const: "check" }, ...NODE, test: EXPR, message: optional(EXPR), text: TEXT },
    "Fails the run when its condition is false.",
  ),
  let: objectOf<NodeOf<"let">>({ kind: { const: "let" }, ...NODE, value: EXPR, type: TYPE }, "A pure value."),
};

const COMMAND: Schema = {
  oneOf: [
    objectOf<Variant<PlanCommand, "form", "run">>({
      form: oneWordOf(["run", "args"] satisfies PlanCommand["form"][]),
      items: arrayOf({
        oneOf: [
          objectOf<ArgumentWith<"value">>({ value: EXPR, type: TYPE }),
          objectOf<ArgumentWith<"spread">>({ spread: EXPR, type: TYPE }),
        ],
      }),
      source: TEXT,
    }),
    objectOf<Variant<PlanCommand, "form", "script">>({
      form: { const: "script" },
      interpreter: TEXT,
      text: TEXT,
      source: TEXT,
    }),
  ],
};

const ENV: Schema = {
  oneOf: [
    objectOf<EnvWith<"value">>({ name: TEXT, value: EXPR, type: TYPE }),
    objectOf<EnvWith<"secret">>({ name: TEXT, secret: TEXT }),
  ],
};

const RANGE = objectOf<PlanRange>({ request: EXPR, limit: EXPR });

const DEFINITIONS: Readonly<Record<string, Schema>> = {
  Pipeline: objectOf<PlanPipeline>({
    id: TEXT,
    name: TEXT,
    documentation: optional(TEXT),
    source: TEXT,
    parameters: arrayOf(
      objectOf<PlanParameter>({
        name: TEXT,
        type: TYPE,
        default: optional(VALUE),
        documentation: optional(TEXT),
        source: TEXT,
      }),
    ),
    result: TYPE,
    schedule: optional(objectOf<Defined<PlanPipeline["schedule"]>>({ cron: TEXT, zone: optional(TEXT) })),
    timeout: optional(EXPR),
    body: BLOCK,
    finally: optional(BLOCK),
  }),
  Task: objectOf<PlanTask>({
    id: TEXT,
    name: TEXT,
    documentation: optional(TEXT),
    source: TEXT,
    parameters: arrayOf(objectOf<PlanTask["parameters"][number]>({ name: TEXT, type: TYPE })),
    outputs: arrayOf(objectOf<PlanOutput>({ name: nullable("string"), type: TYPE })),
    image: optional(TEXT),
    command: COMMAND,
    env: arrayOf(ENV),
    resources: RESOURCES,
    retries: arrayOf(refer("Retry")),
    timeout: optional(EXPR),
    cache: optional(objectOf<Defined<PlanTask["cache"]>>({ version: optional(TEXT) })),
    pod: optional(VALUE),
  }),
  Resources: objectOf<PlanResources>({
    cpu: optional(RANGE),
    memory: optional(RANGE),
    storage: optional(RANGE),
    shared_memory: optional(RANGE),
    gpu: optional(EXPR),
    accelerator: optional(EXPR),
    devices: optional(arrayOf(objectOf<Defined<PlanResources["devices"]>[number]>({ name: TEXT, count: EXPR }))),
    node: optional(arrayOf(objectOf<Defined<PlanResources["node"]>[number]>({ name: TEXT, value: EXPR }))),
    tolerations: optional(VALUE),
    priority: optional(EXPR),
  }),
  Retry: objectOf<PlanRetry>({
    cause: oneWordOf(RETRY_CAUSES),
    codes: arrayOf({ type: "integer", minimum: 1, maximum: 255 }),
    count: EXPR,
    after: optional(objectOf<Defined<PlanRetry["after"]>>({ from: EXPR, to: optional(EXPR) })),
    overrides: RESOURCES,
    source: TEXT,
  }),
  Block: objectOf<PlanBlock>({
    nodes: arrayOf(refer("Node")),
    yield: optional(objectOf<Defined<PlanBlock["yield"]>>({ value: EXPR, type: TYPE })),
  }),
  Node: { oneOf: Object.values(NODES), description: "A step of a block; what it needs stands before it." },
  Argument: objectOf<ExprArgument>({ name: TEXT, value: EXPR }),
  ...expressionDefinitions(),
};

const BOUND = nullable("number");

/** The JSON Schema of the plan format, as published in `docs/plan.schema.json`. */
export function planSchema(): Schema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "A sluice plan",
    description: `What \`sluice plan --json\` prints, format version ${PLAN_VERSION}. Amounts: cpu in cores, ${AMOUNTS.slice(1).join(", ")} in bytes, durations in milliseconds.`,
    ...objectOf<Plan>({
      version: { const: PLAN_VERSION },
      pipeline: TEXT,
      files: arrayOf(objectOf<PlanFile>({ path: TEXT, sha256: { type: "string", pattern: "^[0-9a-f]{64}$" } })),
      secrets: arrayOf(objectOf<PlanSecret>({ name: TEXT, object: TEXT, key: TEXT })),
      tasks: arrayOf(refer("Task")),
      pipelines: arrayOf(refer("Pipeline")),
      bounds: objectOf<PlanBounds>({
        pods: BOUND,
        attempts: BOUND,
        peak: objectOf<PlanBounds["peak"]>({ pods: BOUND, cpu: BOUND, memory: BOUND, gpu: BOUND }),
      }),
    }),
    $defs: DEFINITIONS,
  };
}

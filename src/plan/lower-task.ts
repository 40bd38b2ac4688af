// Lowers one task: its statements in the fixed order of the plan, defaults filled in, names of constants and resources blocks resolved.
import type { CheckContext } from "../analysis/context.ts";
import { flattenRecord } from "../analysis/flatten-record.ts";
import { foldConstant } from "../analysis/fold.ts";
import { foldStructure } from "../analysis/fold-structure.ts";
import { lowerExpression } from "../analysis/lower-expression.ts";
import { plainText } from "../analysis/plain-text.ts";
import { splitRange } from "../analysis/resolve-resources.ts";
import type { Expr } from "../expr/expr.ts";
import type {
  CommandNode,
  EnvNode,
  ExpressionNode,
  NodeOfKind,
  ResourcesNode,
  RetryNode,
  ScriptNode,
  SpreadNode,
  TaskNode,
  TaskStatementNode,
} from "../syntax/ast.ts";
import { documentationFor } from "../syntax/comments.ts";
import { typeOf } from "./block-scope.ts";
import { foldScalar } from "./fold-scalar.ts";
import { lowerResources } from "./lower-resources.ts";
import type { Lowering, Reached, TaskSymbol } from "./lowering.ts";
import {
  type PlanArgument,
  type PlanCommand,
  type PlanEnv,
  type PlanResources,
  type PlanRetry,
  type PlanTask,
  RETRY_CAUSES,
} from "./plan.ts";

/** Holds for a task that has no `retry` line. */
const DEFAULT_RETRIES = 3;

/** What is filled in field by field, in the order of the plan: spreading what may be absent costs more than all the rest, for thousands of tasks. */
type Draft<T> = { -readonly [K in keyof T]?: T[K] };

interface TaskLowering {
  readonly lowering: Lowering;
  readonly context: CheckContext;
  readonly expression: (node: ExpressionNode) => Expr;
}

/** The task under its id. */
export function lowerTask(lowering: Lowering, { id, symbol }: Reached<TaskSymbol>): PlanTask {
  const { node, module } = symbol;
  const context = lowering.contextOf(module);
  const signature = lowering.facts.signatures.get(node)!;
  const inTask = { facts: lowering.facts, place: lowering.place, hoist: refuseHoist };
  const expression = (value: ExpressionNode) => foldScalar(lowerExpression(value, inTask));
  const task: TaskLowering = { lowering, context, expression };
  const documentation = documentationFor(node, module.comments, module.source.text);
  const source = lowering.place(node.name.span);
  const { Image, Script, Command, Env, Resources, Timeout, Cache, Pod } = statementsByKind(node);
  const image = Image && foldConstant(context, Image.value);
  const cached = Cache && foldConstant(context, Cache.value);
  const pod = Pod && foldStructure(context, Pod.value);
  const retries = node.statements.filter((statement): statement is RetryNode => statement.kind === "Retry");
  const lowered: Draft<PlanTask> = documentation
    ? { id, name: symbol.name, documentation, source }
    : { id, name: symbol.name, source };
  lowered.parameters = signature.parameters.map(({ name, type }) => ({ name, type }));
  lowered.outputs = signature.outputs;
  if (typeof image === "string") lowered.image = image;
  lowered.command = lowerCommand(task, Script, Command);
  lowered.env = Env ? lowerEnv(task, Env) : [];
  lowered.resources = Resources ? lowerStatement(task, Resources) : {};
  lowered.retries = retries.length > 0 ? retries.map((retry) => lowerRetry(task, retry)) : [defaultRetry(source)];
  if (Timeout) lowered.timeout = expression(Timeout.value);
  if (cached === true) lowered.cache = {};
  else if (typeof cached === "string") lowered.cache = { version: cached };
  if (pod !== undefined) lowered.pod = pod;
  return lowered as PlanTask;
}

/** The resources of a task. Those of a named block are lowered once, and shared by all tasks that name it. */
function lowerStatement({ lowering, context, expression }: TaskLowering, { value }: ResourcesNode): PlanResources {
  if (value.kind === "Record") return lowerResources(context, value, expression);
  const block = context.module.globals.get(value.text)?.node;
  const known = block && lowering.resources.get(block);
  if (known) return known;
  const lowered = lowerResources(context, value, expression);
  if (block) lowering.resources.set(block, lowered);
  return lowered;
}

function refuseHoist(): never {
  throw new Error("a task holds a call that checking should have refused");
}

type StatementsByKind = { readonly [K in TaskStatementNode["kind"]]?: NodeOfKind<K> };

/** The first statement of each kind. */
function statementsByKind(task: TaskNode): StatementsByKind {
  const found: { [K in TaskStatementNode["kind"]]?: TaskStatementNode } = {};
  for (const statement of task.statements) found[statement.kind] ??= statement;
  return found as StatementsByKind;
}

function lowerCommand(
  task: TaskLowering,
  script: ScriptNode | undefined,
  command: CommandNode | undefined,
): PlanCommand {
  const { lowering } = task;
  if (script) {
    const interpreter = plainText(script.interpreter) ?? "";
    return { form: "script", interpreter, text: script.text.value, source: lowering.place(script.span) };
  }
  if (!command) throw new Error("a task without a command that checking should have refused");
  const items = command.value.items.map((item) => lowerArgument(task, item));
  return { form: command.form, items, source: lowering.place(command.span) };
}

function lowerArgument({ lowering, expression }: TaskLowering, item: ExpressionNode | SpreadNode): PlanArgument {
  if (item.kind === "Spread") return { spread: expression(item.value), type: typeOf(lowering, item.value) };
  return { value: expression(item), type: typeOf(lowering, item) };
}

function lowerEnv({ lowering, context, expression }: TaskLowering, node: EnvNode): PlanEnv[] {
  return [...flattenRecord(context, node.value).values()].map(({ name, value }) => {
    const symbol = value.kind === "NameExpression" ? lowering.facts.symbols.get(value) : undefined;
    if (symbol?.kind === "secret") return { name, secret: lowering.secretId(symbol) };
    return { name, value: expression(value), type: typeOf(lowering, value) };
  });
}

function lowerRetry({ lowering, context, expression }: TaskLowering, node: RetryNode): PlanRetry {
  const cause = RETRY_CAUSES.find((each) => each === node.cause.text);
  if (!cause) throw new Error("a retry cause that checking should have refused");
  const codes = node.codes.map((code) => foldConstant(context, code)).filter((code) => typeof code === "number");
  const after = node.after && splitRange(node.after);
  return {
    cause,
    codes,
    count: expression(node.count),
    ...(after && {
      after: {
        from: expression(after.request),
        ...(after.limit === after.request ? {} : { to: expression(after.limit) }),
      },
    }),
    overrides: node.overrides ? lowerResources(context, node.overrides, expression) : {},
    source: lowering.place(node.span),
  };
}

function defaultRetry(source: string): PlanRetry {
  return { cause: "evicted", codes: [], count: { op: "literal", value: DEFAULT_RETRIES }, overrides: {}, source };
}

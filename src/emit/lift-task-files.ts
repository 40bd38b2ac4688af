// Files that a task names in its own body, `run ["node", file("train.mjs")]`: a process of this machine finds them by their path, a pod needs them
// brought. In: a plan. Out: the same program, where each is one more parameter of the task and an argument of its calls, as everything is that is
// brought to pods.
import type { Expr } from "../expr/expr.ts";
import { mapLiterals } from "../plan/map-literals.ts";
import type { ExprArgument, Plan, PlanArgument, PlanBlock, PlanCommand, PlanNode, PlanTask } from "../plan/plan.ts";
import { printExpr } from "../plan/print-expr.ts";
import type { Type } from "../types/type.ts";
import { namedFiles } from "./map-files.ts";

interface Lifted {
  readonly type: Type;
  readonly value: Expr;
}

/** The plan with Files only in arguments; the same plan when no task names one. */
export function liftTaskFiles(plan: Plan): Plan {
  const more = new Map<string, readonly ExprArgument[]>();
  const tasks = plan.tasks.map((task) => {
    const lifted = new Map<string, Lifted>();
    const changed = liftFrom(task, lifted);
    if (lifted.size === 0) return task;
    more.set(
      task.id,
      [...lifted].map(([name, { value }]) => ({ name, value })),
    );
    const parameters = [...lifted].map(([name, { type }]) => ({ name, type }));
    return { ...changed, parameters: [...task.parameters, ...parameters] };
  });
  if (more.size === 0) return plan;
  const pipelines = plan.pipelines.map((pipeline) => ({
    ...pipeline,
    body: withArguments(pipeline.body, more),
    ...(pipeline.finally && { finally: withArguments(pipeline.finally, more) }),
  }));
  return { ...plan, tasks, pipelines };
}

function liftFrom(task: PlanTask, lifted: Map<string, Lifted>): PlanTask {
  const lift = (expr: Expr, type: Type): Expr =>
    mapLiterals(expr, type, (literal, its) => {
      if (namedFiles(literal.value, its).length === 0) return literal;
      // No name that anybody can write: it meets no parameter of the task's own.
      const name = `${its.kind}(${printExpr(literal)})`;
      lifted.set(name, { type: its, value: literal });
      return { op: "ref", name };
    });
  const env = task.env.map((entry) => ("secret" in entry ? entry : { ...entry, value: lift(entry.value, entry.type) }));
  return { ...task, command: liftFromCommand(task.command, lift), env };
}

function liftFromCommand(command: PlanCommand, lift: (expr: Expr, type: Type) => Expr): PlanCommand {
  if (command.form === "script") return command;
  const items = command.items.map(
    (item): PlanArgument =>
      "spread" in item
        ? { ...item, spread: lift(item.spread, item.type) }
        : { ...item, value: lift(item.value, item.type) },
  );
  return { ...command, items };
}

function withArguments(block: PlanBlock, more: ReadonlyMap<string, readonly ExprArgument[]>): PlanBlock {
  return { ...block, nodes: block.nodes.map((node) => withArgumentsOf(node, more)) };
}

function withArgumentsOf(node: PlanNode, more: ReadonlyMap<string, readonly ExprArgument[]>): PlanNode {
  switch (node.kind) {
    case "call":
      return { ...node, arguments: [...node.arguments, ...(more.get(node.task) ?? [])] };
    case "map":
      return { ...node, body: withArguments(node.body, more) };
    case "if": {
      const other = node.else && { else: withArguments(node.else, more) };
      // biome-ignore lint/suspicious/noThenProperty: the plan's own word; nobody awaits a node
      return { ...node, then: withArguments(node.then, more), ...other };
    }
    default:
      return node;
  }
}

// Amounts that are not the same for every attempt of every call: computed from the task's parameters, or grown after a failure. In: a task. Out:
// entries of its pod patch; what is known and stays is part of the pod already.
import type { Expr } from "../../expr/expr.ts";
import { substitute } from "../../expr/names.ts";
import {
  AMOUNTS,
  type Amount,
  type PlanRange,
  type PlanResources,
  type PlanRetry,
  type PlanTask,
} from "../../plan/plan.ts";
import type { Value } from "../../types/value.ts";
import { SHARED_MEMORY_VOLUME } from "../pod-resources.ts";
import { printBytes, printCores } from "../quantities.ts";
import { simplify } from "../template-values.ts";
import { type ArgoContext, refuse, type Scope, term } from "./context.ts";
import { quoteText } from "./expression/literal.ts";
import { fail, list, record } from "./terms.ts";

export interface Growth {
  readonly line: PlanRetry;
  /** How often the amounts grow at most. */
  readonly steps: number;
  /** How often they have grown, as a term. */
  readonly index: string;
  /** The input that says it, where there is one. */
  readonly input?: string;
}

const KEYS: Readonly<Record<Amount, string>> = {
  cpu: "cpu",
  memory: "memory",
  storage: "ephemeral-storage",
  shared_memory: "shared_memory",
};
const LEAST_MEMORY = 4 * 1024 * 1024;

/** Entries for the container and for the pod. */
export function dynamicResources(
  context: ArgoContext,
  task: PlanTask,
  known: ReadonlyMap<string, Value>,
  scope: Scope,
  growth: Growth | undefined,
): { readonly container: readonly [string, string][]; readonly pod: readonly [string, string][] } {
  refuseFixed(context, task, known);
  const stages = amountStages(context, task, known, growth);
  const requests: [string, string][] = [];
  const limits: [string, string][] = [];
  const pod: [string, string][] = [];
  for (const amount of AMOUNTS) {
    const ranges = stages.map((stage) => stage.get(amount));
    if (ranges.every((range) => range === undefined)) continue;
    const isFixed = ranges.length === 1 && ranges[0]!.request.op === "literal" && ranges[0]!.limit.op === "literal";
    if (isFixed) continue;
    const quantity = (of: (range: PlanRange) => Expr): string => {
      const each = ranges.map((range) => quantityTerm(context, task, amount, range && of(range), scope));
      const same = each.every((text) => text === each[0]);
      return same ? each[0]! : `${list(each)}[${growth!.index}]`;
    };
    const limit = quantity((range) => range.limit);
    if (amount === "shared_memory") {
      const volume = record([
        ["name", quoteText(SHARED_MEMORY_VOLUME)],
        [
          "emptyDir",
          record([
            ["medium", '"Memory"'],
            ["sizeLimit", limit],
          ]),
        ],
      ]);
      pod.push(["volumes", list([volume])]);
      continue;
    }
    requests.push([KEYS[amount], quantity((range) => range.request)]);
    limits.push([KEYS[amount], limit]);
  }
  const node = (task.resources.node ?? []).filter(({ value }) => simplify(value, known).op !== "literal");
  if (node.length > 0) {
    pod.push([
      "nodeSelector",
      record(node.map(({ name, value }) => [name, term(context, simplify(value, known), scope, task.source)] as const)),
    ]);
  }
  const container: [string, string][] =
    requests.length === 0
      ? []
      : [
          [
            "resources",
            record([
              ["requests", record(requests)],
              ["limits", record(limits)],
            ]),
          ],
        ];
  return { container, pod };
}

type Stage = ReadonlyMap<Amount, PlanRange>;

/** The amounts of the first attempt, and of each further one that the line answers. */
function amountStages(
  context: ArgoContext,
  task: PlanTask,
  known: ReadonlyMap<string, Value>,
  growth: Growth | undefined,
): Stage[] {
  const fold = ({ request, limit }: PlanRange): PlanRange => ({
    request: simplify(request, known),
    limit: simplify(limit, known),
  });
  const first = new Map<Amount, PlanRange>();
  for (const amount of AMOUNTS) {
    const range = task.resources[amount];
    if (range) first.set(amount, fold(range));
  }
  const stages: Stage[] = [first];
  const overrides: PlanResources = growth?.line.overrides ?? {};
  if (!growth || AMOUNTS.every((amount) => overrides[amount] === undefined)) return stages;
  for (let step = 1; step <= growth.steps; step++) {
    const previous = stages.at(-1)!;
    const names = new Map<string, Expr>(
      AMOUNTS.map((amount) => [
        amount,
        previous.get(amount)?.request ?? { op: "literal", value: amount === "cpu" ? 1 : 0 },
      ]),
    );
    const next = new Map(previous);
    for (const amount of AMOUNTS) {
      const range = overrides[amount];
      if (!range) continue;
      next.set(amount, fold({ request: substitute(range.request, names), limit: substitute(range.limit, names) }));
    }
    stages.push(next);
    if (JSON.stringify([...next]).length < 100_000) continue;
    refuse(context, "argo-retry", growth.line.source, {
      what: "amounts that grow this way",
      reason: "they would have to be written out for each attempt, which here becomes too long",
      instead: "Name the previous amount once in the expression: `memory: min(memory * 2, 64Gi)`.",
    });
    return [first];
  }
  return stages;
}

function quantityTerm(
  context: ArgoContext,
  task: PlanTask,
  amount: Amount,
  expr: Expr | undefined,
  scope: Scope,
): string {
  if (expr === undefined) return '"0"';
  if (expr.op === "literal")
    return quoteText(amount === "cpu" ? printCores(expr.value as number) : printBytes(expr.value as number));
  const value = term(context, expr, scope, task.source);
  if (amount === "cpu") return `string(int(max(1, ceil(${value} * 1000 - 0.000001)))) + "m"`;
  const whole = `string(int(ceil(${value})))`;
  if (amount !== "memory") return whole;
  const message = "`memory` is less than the least possible 4Mi. Is a unit missing?";
  return `(${value} < ${LEAST_MEMORY} ? ${fail(quoteText(message))} : ${whole})`;
}

/** Refuses amounts that must be known when compiling. */
function refuseFixed(context: ArgoContext, task: PlanTask, known: ReadonlyMap<string, Value>): void {
  const { gpu, accelerator, priority, devices } = task.resources;
  const named: (readonly [string, Expr | undefined])[] = [
    ["gpu", gpu],
    ["accelerator", accelerator],
    ["priority", priority],
    ...(devices ?? []).map(({ name, count }) => [`devices.${name}`, count] as const),
  ];
  for (const [name, expr] of named) {
    if (expr === undefined || simplify(expr, known).op === "literal") continue;
    refuse(context, "argo-refused", task.source, {
      what: `\`${name}\` of \`${task.name}\``,
      reason: "what decides on which nodes a pod may run is a part of its template, and has to be known when compiling",
      instead: "Write it as a constant, or call one of several tasks.",
    });
  }
}

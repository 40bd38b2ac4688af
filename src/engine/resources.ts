// Resource amounts of an attempt: evaluated before the first start, replaced in part by the overrides of retry lines, checked each time.
import { evaluate } from "../expr/evaluate.ts";
import type { Expr, Lookup } from "../expr/expr.ts";
import { AMOUNTS, type PlanRange, type PlanResources } from "../plan/plan.ts";
import type { Value } from "../types/value.ts";
import type { Resources } from "./protocol.ts";

/** Memory below this is taken for a number whose unit was forgotten. Bytes. */
const LEAST_MEMORY = 4 * 1024 * 1024;

export type EvaluatedResources =
  | { readonly ok: true; readonly resources: Resources }
  | { readonly ok: false; readonly failure: { readonly message: string; readonly at: string } };

type Evaluation<T> = { readonly ok: true; readonly value: T } | Extract<EvaluatedResources, { readonly ok: false }>;

/** The amounts a plan's resources stand for, laid over `base`. `at` is named where an amount is out of range. */
export function evaluateResources(
  plan: PlanResources,
  lookup: Lookup,
  base: Resources,
  at: string,
): EvaluatedResources {
  const resources: { -readonly [K in keyof Resources]: Resources[K] } = { ...base };
  for (const amount of AMOUNTS) {
    const range = plan[amount];
    if (range === undefined) continue;
    const evaluated = evaluateRange(amount, range, lookup, at);
    if (!evaluated.ok) return evaluated;
    resources[amount] = evaluated.value;
  }
  if (plan.gpu !== undefined) {
    const gpu = evaluateCount("gpu", plan.gpu, lookup, at);
    if (!gpu.ok) return gpu;
    resources.gpu = gpu.value;
  }
  if (plan.devices !== undefined) {
    const devices: { name: string; count: number }[] = [];
    for (const { name, count } of plan.devices) {
      const evaluated = evaluateCount(`devices.${name}`, count, lookup, at);
      if (!evaluated.ok) return evaluated;
      devices.push({ name, count: evaluated.value });
    }
    resources.devices = devices;
  }
  if (plan.node !== undefined) {
    const node: { name: string; value: string }[] = [];
    for (const { name, value } of plan.node) {
      const evaluated = evaluate(value, lookup);
      if (!evaluated.ok) return evaluated;
      node.push({ name, value: String(evaluated.value) });
    }
    resources.node = node;
  }
  for (const name of ["accelerator", "priority"] as const) {
    const expr = plan[name];
    if (expr === undefined) continue;
    const evaluated = evaluate(expr, lookup);
    if (!evaluated.ok) return evaluated;
    if (evaluated.value === null) delete resources[name];
    else resources[name] = String(evaluated.value);
  }
  if (plan.tolerations !== undefined) resources.tolerations = plan.tolerations;
  return { ok: true, resources };
}

function evaluateRange(
  name: string,
  range: PlanRange,
  lookup: Lookup,
  at: string,
): Evaluation<{ readonly request: number; readonly limit: number }> {
  const request = evaluate(range.request, lookup);
  if (!request.ok) return request;
  const limit = evaluate(range.limit, lookup);
  if (!limit.ok) return limit;
  const amounts = { request: request.value as number, limit: limit.value as number };
  const { request: low, limit: high } = amounts;
  if (!(low >= 0)) return fail(`\`${name}\` is ${low}; it must not be negative.`, at);
  if (low > high) return fail(`\`${name}\` requests ${low}, which is above its limit of ${high}.`, at);
  if (name === "memory" && low < LEAST_MEMORY) {
    return fail(`\`memory\` is ${low} bytes, less than the least possible 4Mi. Is a unit missing?`, at);
  }
  return { ok: true, value: amounts };
}

function evaluateCount(name: string, expr: Expr, lookup: Lookup, at: string): Evaluation<number> {
  const evaluated = evaluate(expr, lookup);
  if (!evaluated.ok) return evaluated;
  const count = evaluated.value as number;
  if (Number.isInteger(count) && count >= 0) return { ok: true, value: count };
  return fail(`\`${name}\` is ${count}; it must be a whole number that is not negative.`, at);
}

function fail(message: string, at: string): Extract<EvaluatedResources, { readonly ok: false }> {
  return { ok: false, failure: { message, at } };
}

/** Names of resources stand for the requests of the previous attempt, all other names for what `parameters` says. */
export function makeOverrideLookup(
  previous: Resources,
  defaults: { readonly cpu: number; readonly memory: number },
  parameters: Lookup,
): Lookup {
  const values = new Map<string, Value>([
    ["cpu", previous.cpu?.request ?? defaults.cpu],
    ["memory", previous.memory?.request ?? defaults.memory],
    ["storage", previous.storage?.request ?? 0],
    ["shared_memory", previous.shared_memory?.request ?? 0],
    ["gpu", previous.gpu ?? 0],
    ["accelerator", previous.accelerator ?? null],
    ["priority", previous.priority ?? null],
  ]);
  return (name) => {
    const value = values.get(name);
    return value === undefined ? parameters(name) : value;
  };
}

// Checks the amounts of `resources`: in a task, in a named block, and in the override record of a `retry` line. After it, every entry is a
// known field with a value of its type, and what is wrong was reported.
import { tasks } from "../diagnostics/catalog/tasks.ts";
import { bindDiagnostics, type DiagnosticExtra } from "../diagnostics/define.ts";
import type {
  EntryNode,
  ExpressionNode,
  NameNode,
  RecordNode,
  ResourcesDeclarationNode,
  SpreadNode,
} from "../syntax/ast.ts";
import type { Span } from "../text/span.ts";
import { AMOUNTS, type Amount } from "../types/amounts.ts";
import { printType } from "../types/print.ts";
import { FLOAT, INT, SIZE, STRING, type Type } from "../types/type.ts";
import { suggest } from "../util/suggest.ts";
import { checkFits } from "./check-fits.ts";
import { checkPodValue } from "./check-pod.ts";
import { type CheckContext, createScope, findLocal, type Scope } from "./context.ts";
import { describeKind, didYouMean, nearFix } from "./describe.ts";
import { entryName, entryValue } from "./entry-value.ts";
import { estimate } from "./estimate.ts";
import { findRecord, flattenRecord, withoutParentheses } from "./flatten-record.ts";
import { findLabelProblem, findResourceProblem } from "./qualified-name.ts";
import { splitRange } from "./resolve-resources.ts";
import { textOf } from "./text-of.ts";

const diagnostic = bindDiagnostics(tasks);

const FIELDS = [...AMOUNTS, "gpu", "accelerator", "devices", "node", "tolerations", "priority"] as const;
type Field = (typeof FIELDS)[number];

/** Under 4 MiB no container starts. */
const LEAST_MEMORY = 4 * 2 ** 20;

/** What others call these fields. */
const FOREIGN_FIELDS: ReadonlyMap<string, Field> = new Map<string, Field>([
  ...["mem", "ram", "memory_limit", "memory_request"].map((name) => [name, "memory"] as const),
  ...["cpus", "cores", "vcpu", "vcpus"].map((name) => [name, "cpu"] as const),
  ...["gpus", "nvidia.com/gpu", "gpu_count"].map((name) => [name, "gpu"] as const),
  ...["ephemeral-storage", "ephemeral_storage", "disk", "disk_size"].map((name) => [name, "storage"] as const),
  ...["shm", "shm_size", "dshm"].map((name) => [name, "shared_memory"] as const),
  ...["gpu_type", "gpuType", "accelerator_type"].map((name) => [name, "accelerator"] as const),
  ...["nodeSelector", "node_selector", "selector", "labels"].map((name) => [name, "node"] as const),
  ...["priorityClassName", "priority_class", "priorityClass"].map((name) => [name, "priority"] as const),
]);

function isField(name: string): name is Field {
  return (FIELDS as readonly string[]).includes(name);
}

function isAmount(name: string): name is Amount {
  return (AMOUNTS as readonly string[]).includes(name);
}

/** Checks a `resources` statement: the name of a block, or the amounts in place. */
export function checkResources(context: CheckContext, node: NameNode | RecordNode, scope: Scope): void {
  if (node.kind === "Record") checkResourceRecord(context, node, scope);
  else if (node.text !== "") useResources(context, node);
}

/** Checks a named block once, at its declaration. Its amounts are known when compiling. */
export function checkResourcesDeclaration(context: CheckContext, node: ResourcesDeclarationNode): void {
  if (reaches(context, node.value, node.value)) {
    context.report(diagnostic("resources-cycle", node.name.span, { name: node.name.text }));
    return;
  }
  checkResourceRecord(context, node.value, createScope(undefined, { noCalls: "constant" }));
}

/** Whether `record` spreads `goal`, itself or through others. */
function reaches(context: CheckContext, record: RecordNode, goal: RecordNode): boolean {
  const seen = new Set<RecordNode>();
  const waiting = [{ record, module: context.module }];
  for (let at = waiting.pop(); at; at = waiting.pop()) {
    for (const entry of at.record.entries) {
      const inner =
        entry.kind === "Spread" ? findRecord({ facts: context.facts, module: at.module }, entry.value) : undefined;
      if (inner?.record === goal) return true;
      if (!inner || seen.has(inner.record)) continue;
      seen.add(inner.record);
      waiting.push(inner);
    }
  }
  return false;
}

/** Checks the entries of a record of amounts. */
export function checkResourceRecord(context: CheckContext, record: RecordNode, scope: Scope): void {
  const seen = new Map<string, EntryNode>();
  for (const entry of record.entries) {
    if (entry.kind === "Spread") {
      checkSpread(context, entry, scope);
      continue;
    }
    const name = entryName(entry);
    if (name === undefined) continue;
    const before = seen.get(name);
    if (before) {
      const related = [{ span: before.span, text: `\`${name}\` is first written here` }];
      context.report(diagnostic("repeated-resource", entry.name.span, { name }, { related }));
    }
    seen.set(name, entry);
    if (isField(name)) checkField(context, name, entry, scope);
    else reportUnknownField(context, name, entry);
  }
}

function useResources(context: CheckContext, name: NameNode | (ExpressionNode & { kind: "NameExpression" })): void {
  const symbol = context.module.globals.get(name.text);
  if (symbol?.kind === "resources") {
    context.facts.symbols.set(name, symbol);
    return;
  }
  const blocks = [...context.module.globals.values()].filter((other) => other.kind === "resources");
  const names = blocks.map((block) => block.name);
  if (symbol) {
    const related = [{ span: symbol.node.name.span, text: `\`${name.text}\` is declared here` }];
    const problem = `it is ${describeKind(symbol.kind)}.`;
    context.report(diagnostic("unknown-resources", name.span, { name: name.text, problem }, { related }));
    return;
  }
  const declared = (near: string) => blocks.find((block) => block.name === near)?.node.name.span;
  const problem = `nothing of that name is declared.${didYouMean(name.text, names)}`;
  const fix = nearFix(name.text, name.span, names, declared);
  context.report(diagnostic("unknown-resources", name.span, { name: name.text, problem }, fix));
}

function checkSpread(context: CheckContext, spread: SpreadNode, scope: Scope): void {
  const value = withoutParentheses(spread.value);
  if (value.kind === "NameExpression" && !findLocal(scope, value.text)) {
    const kind = context.module.globals.get(value.text)?.kind;
    if (kind !== "const") {
      useResources(context, value);
      return;
    }
  }
  if (value.kind === "Record") {
    checkResourceRecord(context, value, scope);
    return;
  }
  if (context.check(context, spread.value, scope).kind === "error") return;
  const found = findRecord(context, spread.value);
  if (!found) {
    const instead = "spread a named `resources` block, or write the amounts one by one";
    context.report(diagnostic("record-not-written-out", spread.span, { slot: "resources", instead }));
    return;
  }
  // A constant is a record like any other: only here does it have to be one of amounts.
  const inner: CheckContext = { ...context, module: found.module };
  for (const { name, node, module } of flattenRecord(inner, found.record).values()) {
    if (!isField(name)) reportUnknownField({ ...context, module }, name, node, spread.span);
    else checkField({ ...context, module }, name, node, createScope(undefined, { noCalls: "constant" }), spread.span);
  }
}

function reportUnknownField(context: CheckContext, name: string, entry: EntryNode, at?: Span): void {
  const span = at ?? entry.name.span;
  const fixTo = (field: string): DiagnosticExtra =>
    at ? {} : { fixes: [{ title: `Change to \`${field}\``, edits: [{ span, text: field }] }] };
  const foreign = FOREIGN_FIELDS.get(name) ?? FOREIGN_FIELDS.get(name.toLowerCase());
  if (foreign) {
    context.report(
      diagnostic("unknown-resource", span, { name, near: ` Here it is called \`${foreign}\`.` }, fixTo(foreign)),
    );
  } else if (name === "requests" || name === "limits") {
    const near = " Amounts stand directly in the record; `memory: 8Gi..16Gi` is a request and a limit.";
    context.report(diagnostic("unknown-resource", span, { name, near }));
  } else if (name.includes("/")) {
    const near = ` Extended resources go into \`devices\`: \`devices: { "${name}": 1 }\`.`;
    context.report(diagnostic("unknown-resource", span, { name, near }));
  } else {
    const near =
      suggest(name, FIELDS).length > 0
        ? didYouMean(name, FIELDS)
        : ` There is ${FIELDS.map((field) => `\`${field}\``).join(", ")}.`;
    context.report(diagnostic("unknown-resource", span, { name, near }, at ? {} : nearFix(name, span, FIELDS)));
  }
}

function checkField(context: CheckContext, name: Field, entry: EntryNode, scope: Scope, at?: Span): void {
  const value = entryValue(entry);
  if (isAmount(name)) {
    checkAmount(context, name, value, scope, at);
    return;
  }
  const bare = withoutParentheses(value);
  if (bare.kind === "Binary" && bare.operator === "..") {
    context.report(diagnostic("range-not-allowed", at ?? value.span, { name }));
    return;
  }
  switch (name) {
    case "gpu":
      checkGpu(context, value, scope);
      return;
    case "accelerator":
      context.check(context, value, scope, STRING, "`accelerator`");
      return;
    case "priority":
      checkPriority(context, value, scope);
      return;
    case "devices":
      checkNamed(context, name, value, scope, INT, findResourceProblem, "an extended resource");
      return;
    case "node":
      checkNamed(context, name, value, scope, STRING, findLabelProblem, "a node label");
      return;
    case "tolerations":
      checkPodValue(context, value, scope, "[Toleration]", "tolerations");
      return;
  }
}

/** The type of a value that must be one of `expected`; undefined when that was reported. */
function typeOf(
  context: CheckContext,
  value: ExpressionNode,
  scope: Scope,
  expected: Type,
  name: string,
): Type | undefined {
  const type = context.check(context, value, scope);
  if (type.kind === "error") return undefined;
  return checkFits(context, value, type, expected, `\`${name}\``) ? type : undefined;
}

function checkAmount(context: CheckContext, name: Amount, value: ExpressionNode, scope: Scope, at?: Span): void {
  const { request, limit } = splitRange(value);
  const parts = request === limit ? [request] : [request, limit];
  let fits = true;
  for (const part of parts) {
    if (name === "cpu" && reportMillicores(context, part)) fits = false;
    else if (!typeOf(context, part, scope, name === "cpu" ? FLOAT : SIZE, name)) fits = false;
    else fits = checkBounds(context, name, part, at) && fits;
  }
  if (!fits || parts.length === 1) return;
  const low = estimate(context, request);
  const high = estimate(context, limit);
  if (low === undefined || high === undefined || low <= high) return;
  const swapped = `${textOf(context, limit)}..${textOf(context, request)}`;
  const fixes = [{ title: `Change to \`${swapped}\``, edits: [{ span: value.span, text: swapped }] }];
  const told = { name, request: `\`${textOf(context, request)}\``, limit: `\`${textOf(context, limit)}\`` };
  context.report(diagnostic("request-above-limit", at ?? value.span, told, at ? {} : { fixes }));
}

/** `"500m"`, as Kubernetes writes half a core. */
function reportMillicores(context: CheckContext, value: ExpressionNode): boolean {
  const bare = withoutParentheses(value);
  const milli = bare.kind === "String" ? /^"(\d{1,6})m"$/.exec(textOf(context, bare))?.[1] : undefined;
  if (milli === undefined) return false;
  const cores = String(Number(milli) / 1000);
  const fixes = [{ title: `Change to \`${cores}\``, edits: [{ span: bare.span, text: cores }] }];
  const told = {
    name: "cpu",
    expected: "a number of cores",
    found: `the String \`${textOf(context, bare)}\``,
    hint: ` Write \`${cores}\`.`,
  };
  context.report(diagnostic("bad-amount", bare.span, told, { fixes }));
  return true;
}

function checkBounds(context: CheckContext, name: Amount, value: ExpressionNode, at: Span | undefined): boolean {
  const number = estimate(context, value);
  if (number === undefined) return true;
  const tooSmall = name === "memory" && number < LEAST_MEMORY;
  if (number > 0 && !tooSmall) return true;
  const problem = number > 0 ? "no container starts with less than 4 MiB" : "it must be above zero";
  const grown = tooSmall && number > 0 ? enlarge(textOf(context, value)) : undefined;
  const fixes = grown && !at ? [{ title: `Change to \`${grown}\``, edits: [{ span: value.span, text: grown }] }] : [];
  const hint = grown === undefined ? "" : ` Did you mean \`${grown}\`?`;
  context.report(
    diagnostic(
      "amount-out-of-range",
      at ?? value.span,
      { name, amount: `\`${textOf(context, value)}\``, problem, hint },
      { fixes },
    ),
  );
  return false;
}

/** `16k` and `16Ki` were meant to be `16G` and `16Gi`. */
function enlarge(text: string): string | undefined {
  const match = /^([\d._]+)(k|Ki|M|Mi)$/.exec(text);
  return match ? `${match[1]}G${match[2]!.endsWith("i") ? "i" : ""}` : undefined;
}

function checkGpu(context: CheckContext, value: ExpressionNode, scope: Scope): void {
  const type = context.check(context, value, scope);
  if (type.kind === "error") return;
  if (type.kind === "float") {
    const hint = ' A part of a GPU is an extended resource: `devices: { "nvidia.com/mig-1g.10gb": 1 }`.';
    const found = `\`${textOf(context, value)}\`, which is a Float`;
    context.report(
      diagnostic("bad-amount", value.span, { name: "gpu", expected: "a whole number of GPUs", found, hint }),
    );
    return;
  }
  if (checkFits(context, value, type, INT, "`gpu`")) refuseNegative(context, "gpu", value);
}

function refuseNegative(context: CheckContext, name: string, value: ExpressionNode): void {
  const number = estimate(context, value);
  if (number === undefined || number >= 0) return;
  const told = { name, amount: `\`${textOf(context, value)}\``, problem: "it is a number from 0 on", hint: "" };
  context.report(diagnostic("amount-out-of-range", value.span, told));
}

function checkPriority(context: CheckContext, value: ExpressionNode, scope: Scope): void {
  const type = context.check(context, value, scope);
  if (type.kind === "error") return;
  if (type.kind !== "int") {
    checkFits(context, value, type, STRING, "`priority`");
    return;
  }
  const hint = " The number belongs to the class, in the cluster.";
  const expected = "the name of a PriorityClass as a String";
  context.report(
    diagnostic("bad-amount", value.span, { name: "priority", expected, found: `\`${textOf(context, value)}\``, hint }),
  );
}

/** `devices` and `node`: records whose names Kubernetes defines. */
function checkNamed(
  context: CheckContext,
  field: "devices" | "node",
  value: ExpressionNode,
  scope: Scope,
  expected: Type,
  findProblem: (name: string) => string | undefined,
  what: string,
): void {
  const example = field === "devices" ? '`{ "nvidia.com/mig-1g.10gb": 1 }`' : '`{ disktype: "ssd" }`';
  const found = findRecord(context, value);
  if (!found) {
    const type = context.check(context, value, scope);
    if (type.kind === "error") return;
    if (type.kind === "record") {
      const instead = `write a record such as ${example} in place, or name a constant that is one`;
      context.report(diagnostic("record-not-written-out", value.span, { slot: field, instead }));
    } else {
      const told = { name: field, expected: `a record such as ${example}`, found: `\`${printType(type)}\``, hint: "" };
      context.report(diagnostic("bad-amount", value.span, told));
    }
    return;
  }
  const inPlace = found.record === withoutParentheses(value);
  if (!inPlace && context.check(context, value, scope).kind === "error") return;
  const inner = inPlace ? context : { ...context, module: found.module };
  const innerScope = inPlace ? scope : createScope(undefined, { noCalls: "constant" });
  const onSpread = (spread: SpreadNode) => {
    const instead = "spread a constant that is written as a record, or write the entries one by one";
    context.report(diagnostic("record-not-written-out", spread.span, { slot: field, instead }));
  };
  for (const entry of flattenRecord(inner, found.record, onSpread).values()) {
    const place = { ...inner, module: entry.module };
    const problem = findProblem(entry.name);
    if (problem !== undefined) {
      place.report(diagnostic("bad-qualified-name", entry.node.name.span, { name: entry.name, what, problem }));
    }
    const type = typeOf(place, entry.value, innerScope, expected, `${field}.${entry.name}`);
    if (type && field === "devices") refuseNegative(place, entry.name, entry.value);
  }
}

// Maps: a template that loops over the indexes of its list, and a template for the lane of one item. The list is filtered, counted and its keys
// compared in the arguments of the map's task, before any item starts. Each item's output carries its index, since Argo's own list of them has gaps.
import type { Expr } from "../../expr/expr.ts";
import { knownValue } from "../../plan/fold-scalar.ts";
import type { PlanMap } from "../../plan/plan.ts";
import { INT, type Type } from "../../types/type.ts";
import type { Finish, MadeBlock, MakeBlock, Place } from "./block-types.ts";
import {
  type ArgoContext,
  type Binding,
  bindingParameter,
  jsonBinding,
  refuse,
  templateName,
  term,
  typeOfTerm,
} from "./context.ts";
import { addTask, createDag, type Dag, dagBody, sinks } from "./dag.ts";
import { quoteText } from "./expression/literal.ts";
import { toParameter } from "./expression/parameter.ts";
import { KEY, needsKey } from "./keys.ts";
import { FILE_PREFIX } from "./leaf.ts";
import { fail, hide, input, once, output, status, tag } from "./terms.ts";

const ITEMS = "list-items";
const KEYS = "list-keys";
const INDEX = "item-index";
/** A name for the map's own node, and how many of its items may fail. */
const MAP = "map-hash";
const ALLOWED = "map-tolerates";
/** The task that fails a map. */
const GUARD = "tolerated";
/** What no key may hold: control characters, except for the end of a line. */
const CONTROL = "[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x{9f}]";

/** Adds a map to a dag. */
export function addMap(
  context: ArgoContext,
  dag: Dag,
  node: PlanMap,
  parts: { readonly after: readonly string[]; readonly here: Place; readonly makeBlock: MakeBlock },
): void {
  const { here } = parts;
  refuseClauses(context, node);
  const outer = new Map([...dag.scope].map(([name, { type }]) => [name, type] as const));
  const tolerant = node.tolerate !== undefined;
  const template = templateName(context, here.nameParts);
  const at = context.templates.length;
  const lane = makeLane(context, node, outer, parts);
  const passed = lane.inputs.filter((name) => ![INDEX, KEY, MAP, ALLOWED, node.item].includes(name));
  const inner = createDag(new Map());
  const given: (readonly [string, string])[] = lane.inputs.map((name) => [name, laneArgument(node, name)] as const);
  inner.taken.add(GUARD);
  addTask(inner, {
    name: "items",
    template: lane.name,
    after: [],
    given: given.filter(([name]) => name !== INDEX),
    more: { withSequence: { count: `{{=len(fromJSON(${input(ITEMS)}))}}` } },
  });
  addIndex(inner, lane.inputs);
  const hasValue = node.type.kind !== "none";
  addGuard(context, inner, node);
  const inputs = [ITEMS, KEYS, ...passed];
  const parallel = node.parallel && knownValue(node.parallel, new Map());
  const body = dagBody(context, inner, inputs, hasValue ? [["v", resultTerm(tolerant)]] : [], {
    ...(typeof parallel === "number" && parallel >= 1 && { parallelism: parallel }),
  });
  context.templates.splice(at, 0, { name: template, comment: `${node.source}: ${here.step}, a map`, body });
  const scope = dag.scope;
  const own: (readonly [string, string])[] = [
    [ITEMS, toParameter(checkedItems(context, node, dag))],
    [KEYS, checkedKeys(context, node, dag, lane.inputs.includes(KEY))],
  ];
  const rest = passed.map(
    (name) => [name, name === FILE_PREFIX ? here.files : bindingParameter(scope.get(name)!)] as const,
  );
  const task = addTask(dag, { name: node.id, template, after: parts.after, given: [...own, ...rest] });
  dag.nodes.set(node.id, [task]);
  if (hasValue) scope.set(node.id, jsonBinding(output(task, "v"), node.type, [task], false));
}

function refuseClauses(context: ArgoContext, node: PlanMap): void {
  if (node.batch !== undefined) {
    refuse(context, "argo-refused", node.source, {
      what: "`batch`",
      reason: "it starts a pod for each item",
      instead: "Leave `batch` out, or let the task take a list of items: `map part in chunks(items, 100) { … }`.",
    });
  }
  if (node.parallel === undefined) return;
  const parallel = knownValue(node.parallel, new Map());
  if (typeof parallel === "number" && parallel >= 1) return;
  refuse(context, "argo-refused", node.source, {
    what: "`parallel`",
    reason: "the number is a part of the template, and has to be known, and at least 1, when compiling",
    instead: "Write it as a constant.",
  });
}

/** The items that are kept, as an expression. */
function keptItems(node: PlanMap): Expr {
  const { item, index, input: source, where } = node;
  if (!where) return source;
  return {
    op: "for",
    item,
    source,
    where,
    value: { op: "ref", name: item },
    at: node.source,
    ...(index !== undefined && { index }),
  };
}

function checkedItems(context: ArgoContext, node: PlanMap, dag: Dag): string {
  const items = term(context, keptItems(node), dag.scope, node.source);
  const known = knownValue(node.max, new Map());
  const max = typeof known === "number" ? String(known) : `int(${term(context, node.max, dag.scope, node.source)})`;
  const shown = typeof known === "number" ? `${known} allows.` : `" + string(${max}) + " allows.`;
  const message = `"The list of this map has " + string(len(#)) + " items, more than its \`max\` of ${shown} No item was started."`;
  return once(items, `(len(#) > ${max} ? ${fail(message)} : #)`);
}

/** The keys of the items as a parameter; where nothing wants them only that they differ. */
function checkedKeys(context: ArgoContext, node: PlanMap, dag: Dag, wanted: boolean): string {
  const { item, index, key } = node;
  const names = new Map<string, Binding>(dag.scope);
  names.set(item, { term: "nil", type: node.itemType, after: [] });
  if (index !== undefined) names.set(index, { term: "nil", type: INT, after: [] });
  const type = key ? typeOfTerm(context, key, names) : node.itemType;
  const value = key ?? ({ op: "ref", name: item } as const);
  const at = node.source;
  const text: Expr = isScalar(type)
    ? { op: "text", parts: [{ value, type }] }
    : { op: "call", function: "json", arguments: [value], types: [type], at };
  const all: Expr = {
    op: "for",
    item,
    source: keptItems(node),
    value: text,
    at,
    ...(index !== undefined && { index }),
  };
  const keys = term(context, all, dag.scope, at);
  const hint = key ? "" : " Add a `key` that tells equal items apart.";
  const message = quoteText(`The keys of this map are not unique.${hint}`);
  const named = !isScalar(type) ? "map(#, sprig.sha256sum(#)[0:16])" : "#";
  const control = quoteText("A key of this map holds a control character.");
  const checks = [
    ["len(uniq(#)) < len(#)", message],
    ...(type.kind === "string" ? [[`any(#, # matches ${quoteText(CONTROL)})`, control]] : []),
  ];
  const checked = (kept: string): string =>
    once(keys, `(${checks.map(([test, said]) => `${test} ? ${fail(said!)} : `).join("")}${kept})`);
  return wanted ? hide(`toJson(${checked(named)})`) : checked('"unique"');
}

function isScalar(type: Type): boolean {
  return ["int", "float", "bool", "string", "size", "duration", "enum", "file", "dir"].includes(type.kind);
}

function laneArgument(node: PlanMap, name: string): string {
  const one = (list: string): string => toParameter(`fromJSON(${input(list)})[asInt(item)]`);
  if (name === node.item) return one(ITEMS);
  if (name === KEY) return one(KEYS);
  // Only letters, digits, `-` and `_` may name an output of the Workflow: the controller cannot store any other, and would never end it.
  if (name === MAP) return "sprig.sha256sum(node.name)[0:16]";
  if (name === ALLOWED) return `string(${allowedTerm(node)})`;
  return name === FILE_PREFIX ? `${input(name)} + item + "/"` : input(name);
}

/** The index is no data: it may stand there plainly, which also says to Argo that the task is one of a loop. */
function addIndex(inner: Dag, inputs: readonly string[]): void {
  const [task] = inner.tasks;
  if (!inputs.includes(INDEX) || !task) return;
  const before =
    (task.arguments as { readonly parameters?: readonly { name: string; value: string }[] } | undefined)?.parameters ??
    [];
  inner.tasks[0] = { ...task, arguments: { parameters: [{ name: INDEX, value: "{{item}}" }, ...before] } };
}

function makeLane(
  context: ArgoContext,
  node: PlanMap,
  outer: ReadonlyMap<string, Type>,
  { here, makeBlock }: { readonly here: Place; readonly makeBlock: MakeBlock },
): MadeBlock {
  const tolerant = node.tolerate !== undefined;
  const own = new Map<string, Binding>([[node.item, jsonBinding(input(node.item), node.itemType, [], true)]]);
  if (node.index !== undefined) own.set(node.index, jsonBinding(input(INDEX), INT, [], true));
  const index = `asInt(${input(INDEX)})`;
  const counted = node.tolerate !== undefined && "percent" in node.tolerate;
  const finish: Finish = (dag, value) => {
    const success = `toJson({"i": ${index}, "ok": true, "v": ${value?.term ?? "nil"}})`;
    if (dag.tasks.length === 0) return [["v", success]];
    const allowed = counted ? `asInt(${input(ALLOWED)})` : allowedTerm(node);
    const { off, ok } = addCollector(context, dag, allowed);
    const told = tolerant ? `, "f": {"key": fromJSON(${input(KEY)}), "index": ${index}}` : "";
    return [["v", `${ok} ? ${success} : toJson({"i": ${index}, "ok": false, "off": ${off}, "v": nil${told} })`]];
  };
  const inputs = [
    ...[INDEX, node.item],
    ...(tolerant || needsKey(context, node.body) ? [KEY] : []),
    ...[MAP, ...(counted ? [ALLOWED] : [])],
  ];
  return makeBlock(
    context,
    node.body,
    outer,
    { ...here, nameParts: [...here.nameParts, "item"], key: input(KEY) },
    `${here.step}, one item`,
    {
      inputs,
      scope: own,
      finish,
    },
  );
}

/** How many items may fail, a number; where it is a percentage, in the template of the map. */
function allowedTerm({ tolerate }: PlanMap): string {
  if (tolerate === undefined) return "0";
  return "count" in tolerate
    ? String(tolerate.count)
    : `int(floor(${tolerate.percent} * len(fromJSON(${input(ITEMS)})) / 100 + 0.000000001))`;
}

/**
 * Ends the lane well whatever happens in it, tells the Workflow when its item fails, and keeps it shut once more items have failed than may. A
 * failed item is an output of the Workflow, which is the only thing that a lane sees of another.
 */
function addCollector(context: ArgoContext, dag: Dag, allowed: string): { readonly off: string; readonly ok: string } {
  const ends = sinks(dag);
  const failures = `keys(workflow?.outputs?.parameters ?? {})`;
  const open = tag(`count(${failures}, # startsWith "failed-" + ${input(MAP)} + "-") <= ${allowed}`);
  const first = dag.tasks.findIndex(({ depends }) => depends === undefined);
  const off = `${status(String(dag.tasks[first]!.name))} == "Skipped"`;
  const ok = ends.map((each) => `${status(each)} == "Succeeded"`).join(" and ");
  for (const [position, task] of dag.tasks.entries())
    if (task.depends === undefined) dag.tasks[position] = { ...task, when: open };
  const how = ["Succeeded", "Failed", "Errored", "Skipped", "Omitted"];
  context.shared.add("failed-item");
  dag.tasks.push({
    name: dag.taken.has("end") ? "end-of-item" : "end",
    template: "failed-item",
    depends: ends.map((end) => `(${how.map((each) => `${end}.${each}`).join(" || ")})`).join(" && "),
    when: tag(`not (${off}) and not (${ok})`),
    arguments: {
      parameters: [{ name: "item", value: tag(`"failed-" + ${input(MAP)} + "-" + ${input(INDEX)}`) }],
    },
  });
  return { off, ok };
}

const AGGREGATE = 'fromJSON(tasks?.items?.outputs?.parameters?.v ?? "[]")';

function resultTerm(tolerant: boolean): string {
  const sorted = `sortBy(${AGGREGATE}, #.i)`;
  if (!tolerant) return `toJson(map(${sorted}, #.v))`;
  return `let lanes = ${sorted}; toJson({"ok": map(filter(lanes, #.ok), #.v), "failed": map(filter(lanes, not #.ok), #.f), "all": map(lanes, #.v)})`;
}

/** A guard behind the items: more failures than are tolerated fail the map. */
function addGuard(context: ArgoContext, inner: Dag, node: PlanMap): void {
  context.shared.add("check");
  const count = `len(fromJSON(${input(ITEMS)}))`;
  const failed = `count(fromJSON(${output("items", "v")}), not #.ok and not #.off)`;
  const allowed = allowedTerm(node);
  const told =
    node.tolerate === undefined
      ? '" items failed."'
      : `" items failed (\`tolerate\` allows " + string(${allowed}) + ")."`;
  const message = `string(${failed}) + " of " + string(${count}) + ${told}`;
  const ok = `${status("items")} == "Skipped" ? "true" : ${failed} > ${allowed} ? ${fail(message)} : "true"`;
  inner.taken.delete(GUARD);
  const [first] = inner.tasks;
  addTask(inner, {
    name: GUARD,
    template: "check",
    after: [],
    given: [["ok", ok]],
    more: { depends: "items.Succeeded || items.Skipped" },
  });
  inner.before.set(GUARD, new Set([String(first?.name)]));
}

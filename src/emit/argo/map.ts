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
import { FILE_PREFIX } from "./leaf.ts";
import { fail, hide, input, once, output, status } from "./terms.ts";

const ITEMS = "list-items";
const KEYS = "list-keys";
const INDEX = "item-index";
const KEY = "item-key";

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
  const passed = lane.inputs.filter((name) => ![INDEX, KEY, node.item].includes(name));
  const inner = createDag(new Map());
  const given: (readonly [string, string])[] = lane.inputs.map((name) => [name, laneArgument(node, name)] as const);
  inner.taken.add("tolerated");
  addTask(inner, {
    name: "items",
    template: lane.name,
    after: [],
    given: given.filter(([name]) => name !== INDEX),
    more: { withSequence: { count: `{{=len(fromJSON(${input(ITEMS)}))}}` } },
  });
  addIndex(inner, lane.inputs);
  const hasValue = node.type.kind !== "none";
  if (tolerant) addTolerance(context, inner, node);
  const inputs = [ITEMS, KEYS, ...passed];
  const parallel = node.parallel && knownValue(node.parallel, new Map());
  const body = dagBody(context, inner, inputs, hasValue ? [["v", resultTerm(tolerant)]] : [], {
    ...(typeof parallel === "number" && parallel >= 1 && { parallelism: parallel }),
  });
  context.templates.splice(at, 0, { name: template, comment: `${node.source}: ${here.step}, a map`, body });
  const scope = dag.scope;
  const own: (readonly [string, string])[] = [
    [ITEMS, toParameter(checkedItems(context, node, dag))],
    [KEYS, checkedKeys(context, node, dag, tolerant)],
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

/** The keys of the items as a parameter; of a map that tolerates nothing only that they differ. */
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
  if (!wanted) return `${once(keys, `(len(uniq(#)) < len(#) ? ${fail(message)} : "unique")`)}`;
  return hide(`toJson(${once(keys, `(len(uniq(#)) < len(#) ? ${fail(message)} : ${named})`)})`);
}

function isScalar(type: Type): boolean {
  return ["int", "float", "bool", "string", "size", "duration", "enum", "file", "dir"].includes(type.kind);
}

function laneArgument(node: PlanMap, name: string): string {
  const one = (list: string): string => toParameter(`fromJSON(${input(list)})[asInt(item)]`);
  if (name === node.item) return one(ITEMS);
  if (name === KEY) return one(KEYS);
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
  const plain: Finish = (_, value) => (value ? [["v", `toJson({"i": ${index}, "v": ${value.term}})`]] : []);
  const collecting: Finish = (dag, value) => {
    const ends = sinks(dag);
    context.shared.add("check");
    addCollector(dag, ends);
    const ok = ends.map((each) => `${status(each)} == "Succeeded"`).join(" and ");
    const success = `toJson({"i": ${index}, "ok": true, "v": ${value?.term ?? "nil"}})`;
    const failure = `toJson({"i": ${index}, "ok": false, "v": nil, "f": {"key": fromJSON(${input(KEY)}), "index": ${index}} })`;
    return [["v", `${ok === "" ? "true" : ok} ? ${success} : ${failure}`]];
  };
  const inputs = [INDEX, node.item, ...(tolerant ? [KEY] : [])];
  return makeBlock(
    context,
    node.body,
    outer,
    { ...here, nameParts: [...here.nameParts, "item"] },
    `${here.step}, one item`,
    {
      inputs,
      scope: own,
      finish: tolerant ? collecting : plain,
    },
  );
}

/** A task that ends well whatever happened before it, and the lane with it. */
function addCollector(dag: Dag, ends: readonly string[]): void {
  const how = ["Succeeded", "Failed", "Errored", "Skipped", "Omitted"];
  const depends = ends.map((end) => `(${how.map((each) => `${end}.${each}`).join(" || ")})`).join(" && ");
  const name = dag.taken.has("end") ? "end-of-item" : "end";
  dag.tasks.push({ name, template: "check", ...(depends !== "" && { depends }) });
}

const AGGREGATE = 'fromJSON(tasks?.items?.outputs?.parameters?.v ?? "[]")';

function resultTerm(tolerant: boolean): string {
  const sorted = `sortBy(${AGGREGATE}, #.i)`;
  if (!tolerant) return `toJson(map(${sorted}, #.v))`;
  return `let lanes = ${sorted}; toJson({"ok": map(filter(lanes, #.ok), #.v), "failed": map(filter(lanes, not #.ok), #.f), "all": map(lanes, #.v)})`;
}

/** A guard behind the items: more failures than are tolerated fail the map. */
function addTolerance(context: ArgoContext, inner: Dag, node: PlanMap): void {
  context.shared.add("check");
  const tolerate = node.tolerate!;
  const count = `len(fromJSON(${input(ITEMS)}))`;
  const allowed =
    "count" in tolerate ? String(tolerate.count) : `int(floor(${tolerate.percent} * ${count} / 100 + 0.000000001))`;
  const failed = `count(fromJSON(${output("items", "v")}), not #.ok)`;
  const message = `string(${failed}) + " of " + string(${count}) + " items failed (\`tolerate\` allows " + string(${allowed}) + ")."`;
  const ok = `${status("items")} == "Skipped" ? "true" : ${failed} > ${allowed} ? ${fail(message)} : "true"`;
  inner.taken.delete("tolerated");
  const [first] = inner.tasks;
  addTask(inner, {
    name: "tolerated",
    template: "check",
    after: [],
    given: [["ok", ok]],
    more: { depends: "items.Succeeded || items.Skipped" },
  });
  inner.before.set("tolerated", new Set([String(first?.name)]));
}

// Blocks become dags: each node one task or a few, ordered by data, with the values they need threaded through every level. In: a block and what it
// sees from outside. Out: templates. Holds afterwards: no output of a dag can fail; what may fail is an argument of a task.
import { joinNode } from "../../engine/instance-id.ts";
import type { Expr } from "../../expr/expr.ts";
import { freeNamesOfBlock, freeNamesOfNode } from "../../plan/free-names.ts";
import type {
  PlanBlock,
  PlanCall,
  PlanCheck,
  PlanIf,
  PlanLet,
  PlanNode,
  PlanPipelineCall,
  PlanTask,
} from "../../plan/plan.ts";
import type { Type } from "../../types/type.ts";
import { holdsFiles } from "../result-class.ts";
import type { BlockValue, Finish, MadeBlock, Place } from "./block-types.ts";
import {
  type ArgoContext,
  type Binding,
  bindingParameter,
  jsonBinding,
  parameterTerm,
  type Scope,
  templateName,
  term,
} from "./context.ts";
import { addTask, addValue, createDag, type Dag, dagBody, tasksOf } from "./dag.ts";
import { decodeOutput } from "./expression/decode-output.ts";
import { quoteText } from "./expression/literal.ts";
import { toParameter } from "./expression/parameter.ts";
import { fileInputs, isFile } from "./files.ts";
import { KEY, needsKey } from "./keys.ts";
import { FILE_PREFIX, leafTemplate } from "./leaf.ts";
import { addMap } from "./map.ts";
import { attemptsTemplate, planRetries } from "./retry.ts";
import { taskName } from "./task-name.ts";
import { fail, input, output, record, spaced, status } from "./terms.ts";
import { isTotal } from "./total.ts";

/** The term of the key where there is no item. */
const NO_KEY = quoteText('""');

/** Adds the nodes of a block to a dag; gives what it yields. */
export function fillDag(context: ArgoContext, dag: Dag, block: PlanBlock, place: Place): BlockValue | undefined {
  for (const node of block.nodes) addNode(context, dag, node, place);
  if (!block.yield || block.yield.type.kind === "none") return undefined;
  const { value, type } = block.yield;
  const binding = value.op === "ref" ? dag.scope.get(value.name) : undefined;
  if (binding?.json !== undefined) return { term: binding.term, json: binding.json, type };
  const text = spaced(term(context, value, dag.scope, place.source));
  // What an output is made of does not know the run and its parameters.
  if (isTotal(value) && !text.includes("workflow.")) {
    return { term: text, json: `toJson(${text})`, type };
  }
  const after = dag.tasks.map((task) => String(task.name));
  const task = addValue(context, dag, "yield", after, toParameter(text));
  const json = output(task, "v");
  return { term: `fromJSON(${json})`, json, type };
}

function addNode(context: ArgoContext, dag: Dag, node: PlanNode, place: Place): void {
  // What is read must be there: results of nodes, and parameters that a task has checked.
  const read = [...freeNamesOfNode(node)].flatMap((name) => dag.scope.get(name)?.after ?? []);
  const after = [...new Set([...tasksOf(dag, node.needs), ...read])];
  const here: Place = {
    nameParts: [...place.nameParts, node.id],
    step: joinNode(place.step, node.id),
    source: node.source,
    files: `${place.files} + ${quoteText(`${node.id}/`)}`,
    ...(place.key !== undefined && { key: place.key }),
  };
  switch (node.kind) {
    case "let":
      addLet(context, dag, node, after);
      break;
    case "check":
      addCheck(context, dag, node, after);
      break;
    case "call":
      addCall(context, dag, node, after, here);
      break;
    case "pipeline":
      addPipeline(context, dag, node, after, here);
      break;
    case "if":
      addIf(context, dag, node, after, here);
      break;
    case "map":
      addMap(context, dag, node, { after, here, makeBlock });
  }
}

function bind(dag: Dag, id: string, tasks: readonly string[], binding?: Binding): void {
  dag.nodes.set(id, tasks);
  if (binding) dag.scope.set(id, binding);
}

function addLet(context: ArgoContext, dag: Dag, node: PlanLet, after: readonly string[]): void {
  const { value, type } = node;
  const same = value.op === "ref" ? dag.scope.get(value.name) : undefined;
  if (same) {
    bind(dag, node.id, after, same);
    return;
  }
  if (isTotal(value) && isSmall(value)) {
    bind(dag, node.id, after, { term: term(context, value, dag.scope, node.source), type, after });
    return;
  }
  const task = addValue(context, dag, node.id, after, parameterTerm(context, value, dag.scope, node.source));
  bind(dag, node.id, [task], jsonBinding(output(task, "v"), type, [task], true));
}

/** A name, and fields of it. */
function isSmall(expr: Expr): boolean {
  return expr.op === "field" ? isSmall(expr.value) : expr.op === "ref" || expr.op === "literal";
}

function addCheck(context: ArgoContext, dag: Dag, node: PlanCheck, after: readonly string[]): void {
  context.shared.add("check");
  const test = term(context, node.test, dag.scope, node.source);
  const message = node.message
    ? term(context, node.message, dag.scope, node.source)
    : quoteText(`The check \`${node.text}\` does not hold.`);
  const task = addTask(dag, {
    name: node.id,
    template: "check",
    after,
    given: [["ok", `${test} ? "true" : ${fail(message)}`]],
  });
  bind(dag, node.id, [task]);
}

function addCall(context: ArgoContext, dag: Dag, node: PlanCall, after: readonly string[], here: Place): void {
  const task = context.tasks.get(node.task);
  if (!task) throw new Error(`the plan has no task ${node.task}`);
  const files = fileInputs(context, node, task);
  const retries = planRetries(context, task);
  const growth = retries.kind === "none" ? undefined : retries.growth;
  const leaf = (nameParts: readonly string[]) =>
    leafTemplate(context, {
      call: node,
      task,
      step: here.step,
      nameParts,
      files,
      keyed: here.key !== undefined,
      ...(growth && { growth }),
      ...(retries.kind === "strategy" && { retryStrategy: retries.strategy }),
      ...(retries.kind === "attempts" && { numbered: true }),
    });
  const outputs = task.outputs.filter(({ type }) => !isFile(type)).map(({ name }) => name ?? "out");
  const { step, source, nameParts } = here;
  const target =
    retries.kind === "attempts"
      ? attemptsTemplate(context, {
          task,
          lines: retries.lines,
          leaf,
          source,
          step,
          nameParts,
          outputs,
          ...(growth && { growth }),
        })
      : leaf(nameParts);
  const given = target.inputs.map((name): readonly [string, string] => {
    if (name === FILE_PREFIX || name === KEY) return [name, ofPlace(here, name)];
    const document = files.find(({ parameter }) => parameter === name)?.document;
    const argument = node.arguments.find((each) => each.name === name)!;
    return [name, parameterTerm(context, document ?? argument.value, dag.scope, node.source)];
  });
  const name = addTask(dag, { name: node.id, template: target.name, after, given });
  addResult(context, dag, node, task, name, here);
}

function addResult(context: ArgoContext, dag: Dag, node: PlanCall, task: PlanTask, name: string, here: Place): void {
  const { id, type } = node;
  const decoded = task.outputs.map((each) => {
    const own = each.name ?? "out";
    const text = output(name, own);
    // Where the run itself is named there is no output: it would not know its name.
    if (isFile(each.type))
      return { own, safe: !here.files.includes("workflow."), term: `(${here.files} + ${quoteText(own)})` };
    if (each.type.kind === "string") return { own, safe: true, term: text };
    return { own, safe: false, term: decodeOutput(text, each.type) };
  });
  if (decoded.length === 0) {
    bind(dag, id, [name]);
    return;
  }
  const single = task.outputs[0]!.name === null;
  const value = single ? decoded[0]!.term : record(decoded.map(({ own, term: each }) => [own, each] as const));
  if (decoded.every(({ safe }) => safe)) {
    bind(dag, id, [name], { term: single ? value : `(${value})`, type, after: [name] });
    return;
  }
  const result = addValue(context, dag, `${taskName(id)}-result`, [name], toParameter(value));
  bind(dag, id, [result], jsonBinding(output(result, "v"), type, [result], true));
}

function addPipeline(
  context: ArgoContext,
  dag: Dag,
  node: PlanPipelineCall,
  after: readonly string[],
  here: Place,
): void {
  const pipeline = context.pipelines.get(node.pipeline);
  if (!pipeline) throw new Error(`the plan has no pipeline ${node.pipeline}`);
  let made = context.called.get(pipeline.id);
  if (!made) {
    const names = new Map(pipeline.parameters.map(({ name, type }) => [name, type] as const));
    const { id: step, source } = pipeline;
    made = makeBlock(
      context,
      pipeline.body,
      names,
      { nameParts: [pipeline.id], step, source, ...(context.ofItems.has(pipeline.id) && { key: input(KEY) }) },
      `pipeline ${pipeline.name}`,
    );
    context.called.set(pipeline.id, made);
  }
  const given = made.inputs.map((name): readonly [string, string] =>
    name === FILE_PREFIX || name === KEY
      ? [name, ofPlace(here, name)]
      : [
          name,
          parameterTerm(context, node.arguments.find((each) => each.name === name)!.value, dag.scope, node.source),
        ],
  );
  const task = addTask(dag, { name: node.id, template: made.name, after, given });
  bind(
    dag,
    node.id,
    [task],
    node.type.kind === "none" ? undefined : jsonBinding(output(task, "v"), node.type, [task], false),
  );
}

function addIf(context: ArgoContext, dag: Dag, node: PlanIf, after: readonly string[], here: Place): void {
  const outer = new Map([...dag.scope].map(([name, { type }]) => [name, type] as const));
  const template = templateName(context, here.nameParts);
  const branches = [
    { name: "then", block: node.then, test: '"true"' },
    ...(node.else ? [{ name: "else", block: node.else, test: '"false"' }] : []),
  ];
  const inner = createDag(new Map());
  const inputs = new Set<string>();
  for (const { name, block, test } of branches) {
    const parts = [...here.nameParts, name];
    const made = makeBlock(
      context,
      block,
      outer,
      { ...here, nameParts: parts, ...(here.key !== undefined && { key: input(KEY) }) },
      `${here.step}, the ${name === "then" ? "chosen" : "other"} branch`,
    );
    for (const each of made.inputs) inputs.add(each);
    const when = `{{=${input("if-test")} == ${test}}}`;
    addTask(inner, {
      name,
      template: made.name,
      after: [],
      given: made.inputs.map((each) => [each, input(each)] as const),
      more: { when },
    });
  }
  const hasValue = node.type.kind !== "none";
  const otherwise = node.else ? output("else", "v") : '"null"';
  const outputs = hasValue
    ? [["v", `${status("then")} == "Succeeded" ? ${output("then", "v")} : ${otherwise}`] as const]
    : [];
  const body = dagBody(context, inner, ["if-test", ...inputs], outputs);
  context.templates.push({ name: template, comment: `${node.source}: ${here.step}, a branch`, body });
  const given: (readonly [string, string])[] = [
    ["if-test", `toJson(${term(context, node.test, dag.scope, node.source)})`],
  ];
  for (const name of inputs)
    given.push([
      name,
      name === FILE_PREFIX || name === KEY ? ofPlace(here, name) : bindingParameter(dag.scope.get(name)!),
    ]);
  const task = addTask(dag, { name: node.id, template, after, given });
  bind(dag, node.id, [task], hasValue ? jsonBinding(output(task, "v"), node.type, [task], false) : undefined);
}

/** What a place says of an input that no name of the program stands for. */
function ofPlace({ files, key }: Place, name: typeof FILE_PREFIX | typeof KEY): string {
  return name === FILE_PREFIX ? files : (key ?? NO_KEY);
}

const plainOutputs: Finish = (_, value) => (value ? [["v", value.json]] : []);

/** Makes the template of a block; `outer`: the names it may see, with their types. */
export function makeBlock(
  context: ArgoContext,
  block: PlanBlock,
  outer: ReadonlyMap<string, Type>,
  where: Omit<Place, "files">,
  what: string,
  more: {
    readonly inputs?: readonly string[];
    readonly scope?: Scope;
    readonly files?: string;
    readonly finish?: Finish;
  } = {},
): MadeBlock {
  const own = more.scope ?? new Map<string, Binding>();
  const names = [...freeNamesOfBlock(block)].filter((name) => outer.has(name) && !own.has(name)).sort();
  const seen = new Map<string, Binding>([
    ...names.map((name) => [name, jsonBinding(input(name), outer.get(name)!, [], true)] as const),
    ...own,
  ]);
  const name = templateName(context, where.nameParts);
  const at = context.templates.length;
  const dag = createDag(seen);
  const keyed = where.key !== undefined;
  const value = fillDag(context, dag, block, { ...where, files: more.files ?? input(FILE_PREFIX) });
  const outputs = (more.finish ?? plainOutputs)(dag, value);
  const inputs = [
    ...(more.inputs ?? []),
    ...names,
    ...(keyed && needsKey(context, block) && !more.inputs?.includes(KEY) ? [KEY] : []),
    ...(keepsFiles(context, block) ? [FILE_PREFIX] : []),
  ];
  const body = dagBody(context, dag, inputs, outputs);
  context.templates.splice(at, 0, { name, comment: `${where.source}: ${what}`, body });
  return { name, inputs };
}

/** Whether anything in the block gives Files. */
export function keepsFiles(context: ArgoContext, block: PlanBlock): boolean {
  return block.nodes.some((node) => {
    switch (node.kind) {
      case "call":
        return context.tasks.get(node.task)!.outputs.some(({ type }) => holdsFiles(type));
      case "pipeline":
        return keepsFiles(context, context.pipelines.get(node.pipeline)!.body);
      case "map":
        return keepsFiles(context, node.body);
      case "if":
        return keepsFiles(context, node.then) || (node.else !== undefined && keepsFiles(context, node.else));
      default:
        return false;
    }
  });
}

// Where a Workflow begins and ends: parameters come in as texts, are checked and become values; the result goes out as JSON; `finally` runs on exit.

import { freeNamesOfBlock } from "../../plan/free-names.ts";
import type { PlanBlock, PlanParameter } from "../../plan/plan.ts";
import { toJsonText } from "../../types/encode.ts";
import { RUN, type Type } from "../../types/type.ts";
import type { RecordValue } from "../../types/value.ts";
import { holdsFiles } from "../result-class.ts";
import { fillDag, keepsFiles } from "./block.ts";
import { type ArgoContext, refuse, templateName } from "./context.ts";
import { addValue, createDag, type Dag, dagBody } from "./dag.ts";
import { decodeOutput } from "./expression/decode-output.ts";
import { toJsonCode } from "./expression/encode-text.ts";
import { toParameter } from "./expression/parameter.ts";
import { output, record } from "./terms.ts";

/** The text of a parameter's value: a String as it is, all else as JSON. Undefined when whoever submits has to give it. */
export function parameterText(_: ArgoContext, { name, type }: PlanParameter, given: RecordValue): string | undefined {
  if (!Object.hasOwn(given, name)) return undefined;
  const value = given[name]!;
  return type.kind === "string" ? String(value) : toJsonText(value, type);
}

const ROOT = 'workflow.uid + "/"';

/** Makes the template that the workflow begins with; its output `result` is the pipeline's result. */
export function mainTemplate(context: ArgoContext): string {
  const { pipeline } = context;
  const name = templateName(context, [pipeline.name]);
  const at = context.templates.length;
  const dag = createDag(new Map());
  addParameters(context, dag, pipeline.body);
  const value = fillDag(context, dag, pipeline.body, { nameParts: [], step: "", source: pipeline.source, files: ROOT });
  const outputs = value
    ? [["result", value.type.kind === "string" ? value.term : toJsonCode(`(${value.term})`, value.type)] as const]
    : [];
  context.templates.splice(at, 0, {
    name,
    comment: `${pipeline.source}: pipeline ${pipeline.name}`,
    body: dagBody(context, dag, [], outputs),
  });
  return name;
}

/** Makes the template that runs on exit. */
export function finallyTemplate(context: ArgoContext, block: PlanBlock): string {
  const { pipeline } = context;
  const name = templateName(context, ["finally"]);
  const at = context.templates.length;
  const dag = createDag(new Map());
  addParameters(context, dag, block);
  if (freeNamesOfBlock(block).has("run")) dag.scope.set("run", { term: RUN_TERM, type: RUN, after: [] });
  fillDag(context, dag, block, {
    nameParts: ["finally"],
    step: "finally",
    source: pipeline.source,
    files: `${ROOT} + "finally/"`,
  });
  if (keepsFiles(context, block)) context.taken.add("finally");
  context.templates.splice(at, 0, {
    name,
    comment: `${pipeline.source}: finally`,
    body: dagBody(context, dag, [], []),
  });
  return name;
}

/** Nodes that failed by themselves; dags that hold one have no message. */
const FAILED = 'sortBy(filter(fromJSON(fromJSON(workflow.failures)) ?? [], #.message != ""), #.finishedAt ?? "")';
/** Of a call with retries Argo lists each attempt, `train(0)`, beside the call, which alone tells that it failed for good. */
const CALLS = `filter(${FAILED}, not (#.displayName contains "(") and not (#.displayName matches "^attempt-[0-9]+$"))`;
const ATTEMPTS = `groupBy(filter(${FAILED}, #.displayName contains "("), split(#.displayName, "(")[0] + "/" + #.templateName)`;
const LAST_WORDS = `(last(${ATTEMPTS}[#.displayName + "/" + #.templateName] ?? [])?.message ?? #.message)`;
const TOLD = `map(${CALLS}, ({"name": #.displayName, "template": #.templateName, "words": split(${LAST_WORDS}, "\\n")[0]}))`;
const CAUSE =
  '(#.words contains "OOMKilled" ? "oom" : #.words contains "longer than the specified deadline" ? "timeout" : ' +
  '#.template == "check" ? "check" : #.words startsWith "failed to evaluate" ? "expression" : "exit")';
const EXIT_CODE = '(#.words contains "(exit code " ? float(split(split(#.words, "(exit code ")[1], ")")[0]) : nil)';

/** What `finally` knows of the run: failures as Argo tells them, which only a run that failed has. */
const RUN_TERM =
  '({"name": workflow.name, "status": (workflow.status == "Succeeded" ? "succeeded" : "failed"), ' +
  `"failures": map(${TOLD}, ({"key": "", "index": 0.0, "cause": ${CAUSE}, "exit_code": ${EXIT_CODE}, ` +
  '"message": #.name + ": " + #.words, "attempts": 1.0}))})';

/** Binds the pipeline's parameters; a task checks those that are no Strings before anything reads them. */
function addParameters(context: ArgoContext, dag: Dag, block: PlanBlock): void {
  const used = freeNamesOfBlock(block);
  const decoded: (readonly [string, string])[] = [];
  const later: { readonly name: string; readonly type: Type }[] = [];
  for (const { name, type, source } of context.pipeline.parameters) {
    const text = `workflow.parameters["${name}"]`;
    if (holdsFiles(type)) {
      if (used.has(name))
        refuse(context, "argo-files", source, {
          what: `the parameter \`${name}\``,
          reason: "a File from outside of the run is no artifact of its repository",
          instead: "Let the first task read it by its address, a String.",
        });
      dag.scope.set(name, { term: "nil", type, after: [] });
    } else if (type.kind === "string") dag.scope.set(name, { term: text, type, after: [] });
    else {
      decoded.push([name, decodeOutput(text, type)]);
      later.push({ name, type });
    }
  }
  if (decoded.length === 0) return;
  const task = addValue(context, dag, "parameters", [], toParameter(record(decoded)));
  const values = `fromJSON(${output(task, "v")})`;
  for (const { name, type } of later) dag.scope.set(name, { term: `${values}["${name}"]`, type, after: [task] });
}

// Files and Dirs as artifacts of the default repository, named by their keys alone. Inside a workflow a File is its key: `<run>/runs/3/train/model`.
// A document of `json_file` is a raw artifact. Outputs that are no Files are parameters, read from the file the task wrote.
import type { Expr } from "../../expr/expr.ts";
import type { PlanCall, PlanTask } from "../../plan/plan.ts";
import type { Type } from "../../types/type.ts";
import { JSON_FILE_SCHEME, makeRecord } from "../../types/value.ts";
import { holdsFiles, OUT_FOLDER } from "../result-class.ts";
import type { Json, JsonObject } from "../yaml.ts";
import { type ArgoContext, refuse } from "./context.ts";
import { hide, input, tag } from "./terms.ts";

const OUT_VOLUME = "sluice-out";
const IN_FOLDER = "/sluice/in";
/** What Argo's helper loads belongs to the helper's user; everybody may read and start it. */
const MODE = 0o755;

export interface FileInput {
  readonly parameter: string;
  /** Where it stands in the pod. */
  readonly path: string;
  readonly artifact: JsonObject;
  /** The value given: the document itself instead of its File. */
  readonly document?: Expr;
}

/** A File or Dir itself, not what holds some. */
export function isFile(type: Type): boolean {
  return type.kind === "file" || type.kind === "dir";
}

/** The document that an argument is, when it is written in the call; its value is the text. */
export function documentOf(argument: Expr): Expr | undefined {
  if (argument.op === "call" && argument.function === "json_file") return { ...argument, function: "json" };
  const text = argument.op === "literal" ? argument.value : undefined;
  if (typeof text !== "string" || !text.startsWith(JSON_FILE_SCHEME)) return undefined;
  return { op: "literal", value: text.slice(JSON_FILE_SCHEME.length) };
}

/** The value of `out`: all outputs are files of one folder. */
export function outPaths(task: PlanTask) {
  const [first] = task.outputs;
  if (first === undefined) return null;
  if (first.name === null) return `${OUT_FOLDER}/out`;
  return makeRecord(task.outputs.map(({ name }) => [name ?? "", `${OUT_FOLDER}/${name}`] as const));
}

/** The Files among the arguments of a call; what cannot be an artifact is refused. */
export function fileInputs(context: ArgoContext, call: PlanCall, task: PlanTask): FileInput[] {
  return task.parameters.flatMap(({ name, type }, position): FileInput[] => {
    if (!holdsFiles(type)) return [];
    if (!isFile(type)) {
      refuseFiles(
        context,
        task.source,
        `the parameter \`${name}\` of \`${task.name}\``,
        "a task takes Files there only as parameters of their own",
      );
      return [];
    }
    const path = `${IN_FOLDER}/${name}`;
    const value = call.arguments[position]!.value;
    const document = documentOf(value);
    if (document) {
      // Hidden once more, since the text of a raw artifact is substituted with the rest of the template.
      const data = tag(hide(`fromJSON(${input(name)})`));
      return [{ parameter: name, path, document, artifact: { name, path, raw: { data } } }];
    }
    return [
      {
        parameter: name,
        path,
        artifact: {
          name,
          path,
          mode: MODE,
          ...(type.kind === "dir" && { recurseMode: true }),
          s3: { key: tag(`fromJSON(${input(name)})`) },
          archive: { none: {} },
        },
      },
    ];
  });
}

/** The outputs of a template, and its container with a place for them. */
export function outputParts(
  context: ArgoContext,
  task: PlanTask,
  { container, fields }: { readonly container: JsonObject; readonly fields: JsonObject },
): { readonly container: JsonObject; readonly outputs?: JsonObject; readonly needsPrefix: boolean } {
  if (task.outputs.length === 0) return { container, needsPrefix: false };
  const parameters: JsonObject[] = [];
  const artifacts: JsonObject[] = [];
  for (const { name, type } of task.outputs) {
    const own = name ?? "out";
    const path = `${OUT_FOLDER}/${own}`;
    if (isFile(type)) {
      artifacts.push({
        name: own,
        path,
        s3: { key: tag(`${input("file-prefix")} + "${own}"`) },
        archive: { none: {} },
      });
    } else if (holdsFiles(type)) {
      refuseFiles(
        context,
        task.source,
        `the output \`${own}\` of \`${task.name}\``,
        "Files inside of lists and records have no artifacts of their own",
      );
    } else parameters.push({ name: own, valueFrom: { path } });
  }
  const mounts = [...((container.volumeMounts ?? []) as readonly Json[]), { name: OUT_VOLUME, mountPath: OUT_FOLDER }];
  const volumes = [...((fields.volumes ?? []) as readonly Json[]), { name: OUT_VOLUME, emptyDir: {} }];
  // The fields of the template were made for this call alone.
  (fields as Record<string, Json>).volumes = volumes;
  return {
    container: { ...container, volumeMounts: mounts },
    outputs: { ...(parameters.length > 0 && { parameters }), ...(artifacts.length > 0 && { artifacts }) },
    needsPrefix: artifacts.length > 0,
  };
}

function refuseFiles(context: ArgoContext, at: string, what: string, reason: string): void {
  const instead = "Give each File a parameter or an output of its own, or compile for `--target jobs`.";
  refuse(context, "argo-files", at, { what, reason, instead });
}

// A Workflow as the API server's JSON has it, as far as it is read here.
import { gunzipSync } from "node:zlib";
import type { FileResult } from "../file-problem.ts";
import type { ClusterObject } from "../kubernetes/objects.ts";

export interface WorkflowParameter {
  readonly name: string;
  readonly value?: string;
}

/** A node of a Workflow's state: a task of a dag, an item of a loop, an attempt. */
export interface WorkflowNode {
  readonly id: string;
  /** The path: the Workflow's name and those of tasks, `sweep-x.runs.items(0:0).train(1)`. */
  readonly name: string;
  readonly type: string;
  readonly phase?: string;
  readonly message?: string;
  readonly startedAt?: string | null;
  readonly finishedAt?: string | null;
  readonly inputs?: { readonly parameters?: readonly WorkflowParameter[] };
  readonly outputs?: { readonly parameters?: readonly WorkflowParameter[]; readonly exitCode?: string };
}

export interface WorkflowStatus {
  readonly phase?: string;
  readonly message?: string;
  readonly startedAt?: string | null;
  readonly finishedAt?: string | null;
  readonly nodes?: Readonly<Record<string, WorkflowNode>>;
  /** The nodes as base64 of gzip, where they are large. */
  readonly compressedNodes?: string;
  /** Not empty: the nodes are in a database that only the controller reaches. */
  readonly offloadNodeStatusVersion?: string;
}

export interface Workflow extends ClusterObject {
  readonly spec?: {
    readonly shutdown?: string;
    readonly arguments?: { readonly parameters?: readonly WorkflowParameter[] };
  };
  readonly status?: WorkflowStatus;
}

/** The nodes by name; an attempt that a pod was made for twice stands there once. */
export function readNodes(workflow: Workflow): FileResult<ReadonlyMap<string, WorkflowNode>> {
  const { nodes, compressedNodes, offloadNodeStatusVersion } = workflow.status ?? {};
  if (offloadNodeStatusVersion)
    return {
      ok: false,
      message: `the state of Workflow \`${workflow.metadata.name}\` is in Argo's database, where only Argo can read it`,
    };
  let all = nodes ?? {};
  if (compressedNodes) {
    try {
      all = JSON.parse(gunzipSync(Buffer.from(compressedNodes, "base64")).toString("utf8")) as typeof all;
    } catch {
      return { ok: false, message: `the state of Workflow \`${workflow.metadata.name}\` cannot be read` };
    }
  }
  return { ok: true, value: new Map(Object.values(all).map((node) => [node.name, node])) };
}

/** The text of an input or output of a node. */
export function parameterOf(parameters: readonly WorkflowParameter[] | undefined, name: string): string | undefined {
  return parameters?.find((parameter) => parameter.name === name)?.value;
}

/** Whether the phase is one that a node or a Workflow ends in. */
export function hasEnded(phase: string | undefined): boolean {
  return ["Succeeded", "Failed", "Error", "Skipped", "Omitted"].includes(phase ?? "");
}

// The pods of a Workflow, by the steps of the program.
import type { InstanceId } from "../../engine/protocol.ts";
import type { FileResult } from "../file-problem.ts";
import type { ClusterClient } from "../kubernetes/client.ts";
import { explainProblem } from "../kubernetes/explain-problem.ts";
import { list } from "../kubernetes/list.ts";
import type { Pod } from "../kubernetes/objects.ts";
import { resourcePath } from "../kubernetes/resource-path.ts";
import type { OpenArgoRun } from "./argo-run.ts";

export interface WorkflowPod {
  readonly name: string;
  readonly instance: InstanceId;
  /** Counts from 1. */
  readonly attempt: number;
  /** `Pending`, `Running`, `Succeeded` or `Failed`. */
  readonly phase: string;
  /** Whether the task's container has begun, so that there is a log. */
  readonly begun: boolean;
}

/** Lines that Argo's helper writes among those of the task. */
const OF_THE_HELPER = /^time=\S+ level=\w+ msg=.* argo=true\b.*$|^Error: exit status \d+$/;

/** Takes away the lines that Argo's helper wrote; `end` hands over a last line without an end. */
export function withoutHelper(onText: (text: string) => void): {
  readonly push: (text: string) => void;
  readonly end: () => void;
} {
  let rest = "";
  return {
    push: (text) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      const kept = lines.filter((line) => !OF_THE_HELPER.test(line));
      if (kept.length > 0) onText(`${kept.join("\n")}\n`);
    },
    end: () => {
      if (rest !== "" && !OF_THE_HELPER.test(rest)) onText(rest);
    },
  };
}

/** The pods in the order in which the program has its steps. */
export async function listWorkflowPods(
  client: ClusterClient,
  { name, trace }: Pick<OpenArgoRun, "name" | "trace">,
): Promise<FileResult<readonly WorkflowPod[]>> {
  const path = resourcePath("pods", client.namespace);
  const listed = await list<Pod, Pod>(
    client,
    path,
    { labelSelector: `workflows.argoproj.io/workflow=${name}` },
    (pod) => pod,
  );
  if (!listed.ok) return { ok: false, message: explainProblem(listed, "list the pods of the Workflow", client) };
  const byNode = new Map(
    listed.value.items.map((pod) => [pod.metadata.annotations?.["workflows.argoproj.io/node-id"], pod]),
  );
  const pods = trace.calls.flatMap(({ instance, attempts }) =>
    attempts.flatMap((node, position): WorkflowPod[] => {
      const pod = byNode.get(node.id);
      if (!pod) return [];
      const state = pod.status?.containerStatuses?.find((each) => each.name === "main")?.state;
      const begun = state?.running !== undefined || state?.terminated !== undefined;
      return [
        { name: pod.metadata.name, instance, attempt: position + 1, phase: pod.status?.phase ?? "Pending", begun },
      ];
    }),
  );
  return { ok: true, value: pods };
}

// Why a node of a Workflow failed, in our causes: Argo tells it by the phase, the exit code and a sentence.
import type { Cause } from "../../types/type.ts";
import type { WorkflowNode } from "./workflow.ts";

export interface NodeFailure {
  readonly cause: Cause;
  readonly exitCode?: number;
  readonly message: string;
}

/** Of a pod. `timeout`: as the program has it, where that is known. */
export function describePodFailure(
  { phase, message = "", outputs }: WorkflowNode,
  timeout: string | undefined,
): NodeFailure {
  const code = Number(/\(exit code (\d+)\)/.exec(message)?.[1] ?? outputs?.exitCode ?? "0");
  const exitCode = code === 0 || Number.isNaN(code) ? {} : { exitCode: code };
  if (/longer than the specified deadline/.test(message)) {
    const shown = timeout === undefined ? "" : ` of ${timeout}`;
    return { cause: "timeout", ...exitCode, message: `The task ran longer than its \`timeout\`${shown}.` };
  }
  if (/OOMKilled/.test(message)) return { cause: "oom", exitCode: 137, message: "The task ran out of memory." };
  if (/ephemeral|DiskPressure|evicted/i.test(message)) return { cause: "evicted", ...exitCode, message };
  if (/no such file|does not exist in the container|failed to save (?:outputs|parameter)/i.test(message))
    return { cause: "output", message: `An output of the task cannot be read: ${message}` };
  if (
    /ImagePull|ErrImage|InvalidImage|CreateContainer|StartError|RunContainerError|failed to find name in PATH|executable file not found/i.test(
      message,
    )
  )
    return { cause: "start", ...exitCode, message: `The task could not be started: ${message}` };
  if (exitCode.exitCode !== undefined)
    return { cause: "exit", ...exitCode, message: `The task exited with code ${exitCode.exitCode}.` };
  return { cause: phase === "Error" ? "output" : "exit", message: message === "" ? "The pod failed." : message };
}

/** Of a task without a pod whose arguments could not be computed: the sentence alone, without the expression that Argo repeats. */
export function describeExpressionFailure({ message = "" }: WorkflowNode): string {
  const [first = ""] = message.split("\n |");
  const said = first
    .replace(/^task '[^']*' errored: /, "")
    .replace(/^failed to evaluate expression: /, "")
    .replace(/ \(\d+:\d+\)\s*$/, "");
  return said === "" ? "An expression could not be computed." : said;
}

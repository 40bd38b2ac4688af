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
  // The helper beside the task reads what it wrote.
  const ofHelper = /^wait: \w+ \(exit code \d+\)(?:: (.*))?$/s.exec(message);
  if (ofHelper) return { cause: "output", message: describeUnread(ofHelper[1] ?? "") };
  if (
    /^main: Error \(exit code 64\): failed to |ImagePull|ErrImage|InvalidImage|CreateContainer|StartError|RunContainerError/i.test(
      message,
    )
  )
    return { cause: "start", message: `The task could not be started: ${withoutHelper(message)}` };
  if (exitCode.exitCode !== undefined)
    return { cause: "exit", ...exitCode, message: `The task exited with code ${exitCode.exitCode}.` };
  return { cause: phase === "Error" ? "output" : "exit", message: message === "" ? "The pod failed." : message };
}

/** Why Argo's helper could not read what the task wrote. */
function describeUnread(said: string): string {
  if (/too large|larger than/i.test(said))
    return "The outputs of the task are larger than what Argo can hold of one task, about 1 MiB: make a File of what is large.";
  const missing = /open \/mainctrfs(\S+): no such file/.exec(said);
  if (missing) return `Nothing was written to \`${missing[1]}\`.`;
  return `An output of the task cannot be read: ${said === "" ? "its helper failed" : said}`;
}

/** What the helper says of a command that it could not start, without how it says it. */
function withoutHelper(message: string): string {
  const said = message.replace(
    /^main: Error \(exit code 64\): (?:failed to (?:find name in PATH|start command): )?/,
    "",
  );
  return said.endsWith("argument list too long")
    ? "the command line is too long. One argument or variable has at most 128 KiB: give large values by file."
    : said;
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

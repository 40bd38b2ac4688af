// What Argo Workflows cannot keep of a program that is right in itself, found before anything is emitted.
import { defineDiagnostics } from "../define.ts";

interface Refused {
  /** What in the program it is, as the user knows it. */
  readonly what: string;
  /** A clause. */
  readonly reason: string;
}

const sentence = ({ what, reason }: Refused): string => `Argo cannot keep the meaning of ${what}: ${reason}.`;

export const argo = defineDiagnostics({
  "argo-refused": {
    severity: "error",
    message: sentence,
    explain:
      "The same program must give the same result on every engine. Argo computes with another expression language and has loops, limits and pods of its own; what it would do " +
      "differently is refused here. The help says what to write instead; `--target jobs` and `sluice run` take the program as it is.",
    example: "sluice compile --target argo",
    shownBy: "command",
  },
  "argo-retry": {
    severity: "error",
    message: sentence,
    explain:
      "Argo knows one budget for all causes. Several `retry` lines become attempts written out one by one, at most 12, and there all that is known of a failed " +
      "attempt is its exit code: 137 stands for `oom` and 143 for `evicted`. `start`, `output` and `disk` cannot be told apart at all.",
    example: "sluice compile --target argo",
    shownBy: "command",
  },
  "argo-files": {
    severity: "error",
    message: sentence,
    explain:
      "On Argo Files and Dirs are artifacts of the default repository. A task gives them as outputs of type `File` or `Dir` of their own and takes them as parameters of that type; " +
      "documents of `json_file` are written in the call itself.",
    example: "sluice compile --target argo",
    shownBy: "command",
  },
  "argo-failure": {
    severity: "error",
    message: sentence,
    explain:
      "Inside a workflow nothing can read why a task failed. The `key` and the `index` of what a tolerant map lost are known, and how many items it lost.",
    example: "sluice compile --target argo",
    shownBy: "command",
  },
});

// The `retry` lines of a task as fields of a Job, where the Job controller can keep them: one budget, no growth, no delay of its own, and a cause
// that the controller can tell from the others.
import { knownValue } from "../../plan/fold-scalar.ts";
import type { PlanTask } from "../../plan/plan.ts";
import type { Value } from "../../types/value.ts";
import type { JsonObject } from "../yaml.ts";

export type RetryPolicy =
  | { readonly ok: true; readonly limit: number; readonly rules: readonly JsonObject[] }
  | { readonly ok: false; readonly reason: string; readonly at: string };

const EVICTED = { onPodConditions: [{ type: "DisruptionTarget", status: "True" }] };
/** Rules of a policy name at most so many exit codes. */
const MOST_CODES = 255;
const MOST_RETRIES = 2 ** 31 - 1;

/** The policy; `indexed`: that of each index. The reason where only a driver can keep the lines. */
export function retryPolicy(task: PlanTask, known: ReadonlyMap<string, Value>, indexed: boolean): RetryPolicy {
  const lines = task.retries
    .map((line) => ({ line, count: knownValue(line.count, known) }))
    .filter(({ count }) => count !== 0);
  const [first, second] = lines;
  const no = (reason: string, at: string): RetryPolicy => ({ ok: false, reason, at });
  if (!first) return { ok: true, limit: 0, rules: [] };
  const { line, count } = first;
  if (second) return no("a Job counts failures of all causes together", second.line.source);
  if (typeof count !== "number") return no("the count of retries is not known before the run", line.source);
  if (count > MOST_RETRIES) return no(`a Job retries at most ${MOST_RETRIES} times`, line.source);
  if (line.after) return no("a Job waits for times of its own between attempts", line.source);
  if (Object.keys(line.overrides).length > 0)
    return no("all attempts of a Job ask for the same resources", line.source);
  const fail = indexed ? "FailIndex" : "FailJob";
  switch (line.cause) {
    case "evicted":
      return {
        ok: true,
        limit: count,
        rules: [
          { action: "Count", ...EVICTED },
          { action: fail, onExitCodes: { containerName: "task", operator: "NotIn", values: [0] } },
        ],
      };
    case "any":
      return { ok: true, limit: count, rules: [{ action: fail, ...EVICTED }] };
    case "exit": {
      const values = [...new Set(line.codes)].sort((a, b) => a - b);
      if (values.length > MOST_CODES) return no("a Job tells at most 255 exit codes apart", line.source);
      return {
        ok: true,
        limit: count,
        rules: [
          { action: fail, ...EVICTED },
          { action: fail, onExitCodes: { containerName: "task", operator: "NotIn", values } },
        ],
      };
    }
    default:
      return no(`a Job cannot tell the cause \`${line.cause}\` from others`, line.source);
  }
}

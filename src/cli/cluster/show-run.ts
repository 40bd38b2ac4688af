// A run of a cluster as it is talked about.
import type { ListedRun } from "../../backends/kubernetes/cluster-run.ts";
import { hasLog, type ShownRun } from "../ui/print-end.ts";
import { shortStep } from "../ui/text.ts";

/** `options`: what other commands need to find it. */
export function showClusterRun({ name, pipeline }: Pick<ListedRun, "name" | "pipeline">, options: string): ShownRun {
  return {
    name,
    pipeline,
    options,
    logOf: (failure) =>
      hasLog(failure) ? `sluice logs ${name} ${quoteStep(shortStep(failure.instance))}${options}` : undefined,
  };
}

function quoteStep(step: string): string {
  return /^[\w.]+$/.test(step) ? step : `'${step.replaceAll("'", `'\\''`)}'`;
}

// What was reviewed is what runs: the PodTemplates in the cluster are compared with those that the run's root comes to. The server adds fields of its
// own, so only what we set is compared.

import type { AttemptContext } from "../../emit/jobs/attempt-job.ts";
import { taskCalls } from "../../emit/jobs/calls.ts";
import { callId, podTemplate } from "../../emit/jobs/pod-template.ts";
import type { FileResult } from "../file-problem.ts";
import { describeProblem } from "./api-problem.ts";
import type { ClusterClient } from "./client.ts";
import type { ClusterObject } from "./objects.ts";
import { resourcePath } from "./resource-path.ts";

interface PodTemplate extends ClusterObject {
  readonly template?: unknown;
}

export interface CheckTemplatesOptions {
  readonly client: ClusterClient;
  readonly context: AttemptContext;
  /** Names of the PodTemplates, by the call's id. */
  readonly templates: ReadonlyMap<string, string>;
  readonly signal?: AbortSignal;
  /** Milliseconds for which the cluster may be away. */
  readonly patience: number;
}

/** Requests under way at once. */
const AT_ONCE = 8;

/** Compares all of them; the message names the first template and field that differs. */
export async function checkTemplates(options: CheckTemplatesOptions): Promise<FileResult<null>> {
  const { client, context, templates, signal, patience } = options;
  const emitting = { ...context, run: context.program };
  const calls = taskCalls(context.plan, context.parameters);
  let problem: string | undefined;
  const check = async (call: (typeof calls)[number]): Promise<void> => {
    const name = templates.get(callId(call));
    const made = podTemplate(emitting, call);
    if (name === undefined || !made.ok) {
      problem ??= `the run names no PodTemplate for \`${call.path}\`: it was made by another version of sluice`;
      return;
    }
    const path = resourcePath("podtemplates", context.namespace, name);
    const found = await client.request<PodTemplate>("GET", path, { patience, ...(signal && { signal }) });
    if (!found.ok) {
      problem ??=
        found.status === 404
          ? `the PodTemplate \`${name}\` of \`${call.path}\` is not there any more`
          : describeProblem(found, `read the PodTemplate \`${name}\``);
      return;
    }
    const field = findDifference(made.object.object.template, found.value.template, "template");
    if (field !== undefined)
      problem ??= `the PodTemplate \`${name}\` was changed after the run was made: \`${field}\` is not what the run's plan says; start a new run`;
  };
  const waiting = [...calls];
  const work = async (): Promise<void> => {
    for (let call = waiting.shift(); call !== undefined && problem === undefined; call = waiting.shift())
      await check(call);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return problem === undefined ? { ok: true, value: null } : { ok: false, message: problem };
}

/** The path of the first field that is set in `wanted` and is not so in `found`; undefined when there is none. */
export function findDifference(wanted: unknown, found: unknown, path: string): string | undefined {
  if (isEmpty(wanted) && isEmpty(found)) return undefined;
  if (Array.isArray(wanted)) {
    if (!Array.isArray(found) || found.length !== wanted.length) return path;
    for (const [index, item] of wanted.entries()) {
      const different = findDifference(item, found[index], `${path}[${index}]`);
      if (different !== undefined) return different;
    }
    return undefined;
  }
  if (typeof wanted !== "object" || wanted === null) return wanted === found ? undefined : path;
  if (typeof found !== "object" || found === null) return path;
  for (const [name, value] of Object.entries(wanted)) {
    if (value === undefined) continue;
    const other = Object.hasOwn(found, name) ? (found as Readonly<Record<string, unknown>>)[name] : undefined;
    const different = findDifference(value, other, `${path}.${name}`);
    if (different !== undefined) return different;
  }
  return undefined;
}

// The server leaves out what is empty.
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === false || value === 0) return true;
  return Array.isArray(value) && value.length === 0;
}

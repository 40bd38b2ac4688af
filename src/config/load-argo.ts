// `argo` of a profile: from data that the schema of sluice.yaml accepts to settings, and what is wrong with durations, each at its place.
import { config } from "../diagnostics/catalog/config.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { parseDuration } from "../types/quantity.ts";
import { ARTIFACT_GC_STRATEGIES, type ArgoProfile, type ConfigMapKey, POD_GC_STRATEGIES } from "./argo-profile.ts";
import { entriesOf, findEntry, textOf, type YamlData } from "./yaml-data.ts";

const diagnostic = bindDiagnostics(config);

/** The settings of Workflows. */
export function toArgoProfile(data: YamlData, diagnostics: Diagnostic[]): ArgoProfile {
  const at = (name: string, from: YamlData | undefined = data) => from && findEntry(from, name)?.value;
  const number = (name: string, from?: YamlData) => scalarOf(at(name, from), "number");
  const seconds = (name: string, from: YamlData | undefined) => from && durationOf(at(name, from), name, diagnostics);
  const word = <W extends string>(name: string, known: readonly W[]) => known.find((each) => each === textOf(at(name)));
  const [ttl, cron, repository] = [at("ttl"), at("cron"), at("artifact_repository")];
  const synchronization = at("synchronization");
  return withoutAbsent({
    labels: textsOf(at("labels")),
    annotations: textsOf(at("annotations")),
    parallelism: number("parallelism"),
    priority: number("priority"),
    ttl: withoutAbsent({
      completion: seconds("after_completion", ttl),
      success: seconds("after_success", ttl),
      failure: seconds("after_failure", ttl),
    }),
    podGc: word("pod_gc", POD_GC_STRATEGIES),
    artifactGc: word("artifact_gc", ARTIFACT_GC_STRATEGIES),
    archiveLogs: scalarOf(at("archive_logs"), "boolean"),
    artifactRepository: repository && configMapKey(repository),
    mutexes: listOf(synchronization && at("mutexes", synchronization)).flatMap((item) => textOf(item) ?? []),
    semaphores: listOf(synchronization && at("semaphores", synchronization)).map((item) => ({
      key: "",
      ...configMapKey(item),
    })),
    cron: withoutAbsent({
      startingDeadline: seconds("starting_deadline", cron),
      successfulHistory: cron && number("successful_history", cron),
      failedHistory: cron && number("failed_history", cron),
    }),
  });
}

type Present<T> = { readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  readonly [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

function withoutAbsent<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}

function configMapKey(data: YamlData): ConfigMapKey {
  const key = textOf(findEntry(data, "key")?.value);
  return { configMap: textOf(findEntry(data, "config_map")?.value) ?? "", ...(key !== undefined && { key }) };
}

function textsOf(data: YamlData | undefined): Record<string, string> {
  return Object.fromEntries(entriesOf(data).map(({ name, value }) => [name, textOf(value) ?? ""]));
}

function listOf(data: YamlData | undefined): readonly YamlData[] {
  return data?.kind === "list" ? data.items : [];
}

function scalarOf(data: YamlData | undefined, type: "number"): number | undefined;
function scalarOf(data: YamlData | undefined, type: "boolean"): boolean | undefined;
function scalarOf(data: YamlData | undefined, type: "number" | "boolean"): number | boolean | undefined {
  const value = data?.kind === "scalar" ? data.value : undefined;
  return typeof value === type ? (value as number | boolean) : undefined;
}

function durationOf(data: YamlData | undefined, name: string, diagnostics: Diagnostic[]): number | undefined {
  if (data?.kind !== "scalar" || data.value === null) return undefined;
  const parsed = parseDuration(String(data.value));
  if (parsed.ok) return parsed.value;
  const found = `\`${data.text}\`, which ${parsed.problem}`;
  diagnostics.push(diagnostic("config-wrong-value", data.span, { name, expected: "a duration such as `24h`", found }));
  return undefined;
}

// `kubernetes` of a profile: from checked data to settings, pod fields compared with Kubernetes' own types. In: data that the schema of
// sluice.yaml accepts. Out: settings with defaults filled in, and what is wrong with amounts and pod fields, each at its place.
import { comparePodValue, type PodMismatch } from "../analysis/compare-pod-value.ts";
import { OWNED_CONTAINER_FIELDS, OWNED_POD_FIELDS } from "../analysis/pod-ownership.ts";
import { describePodType, readPodType } from "../analysis/pod-types.ts";
import { config } from "../diagnostics/catalog/config.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { parseDuration, parseSize } from "../types/quantity.ts";
import type { RecordValue, Value } from "../types/value.ts";
import { suggest } from "../util/suggest.ts";
import { DEFAULT_KUBERNETES_PROFILE, type KubernetesProfile, type NodeChoice } from "./kubernetes-profile.ts";
import { toStorage } from "./load-storage.ts";
import { describeYaml, entriesOf, findEntry, plainData, textOf, type YamlData } from "./yaml-data.ts";

const diagnostic = bindDiagnostics(config);

type Report = (found: Diagnostic) => void;

/** The settings of a cluster. */
export function toKubernetesProfile(data: YamlData, diagnostics: Diagnostic[]): KubernetesProfile {
  const report: Report = (found) => void diagnostics.push(found);
  const standard = DEFAULT_KUBERNETES_PROFILE;
  const text = (name: string, from: YamlData | undefined = data) => textOf(from && findEntry(from, name)?.value);
  const at = (name: string) => findEntry(data, name)?.value;
  const namespace = text("namespace");
  const serviceAccount = text("service_account");
  const storage = toStorage(at("storage"));
  const gpu = at("gpu");
  const images = at("images");
  const defaultImage = text("default", images);
  const queue = text("queue");
  const priority = text("priority");
  const pod = at("pod");
  const driver = at("driver");
  const driverImage = text("image", driver);
  const limits = at("limits");
  const limit = (name: string) => numberOf(limits && findEntry(limits, name)?.value);
  const gpus = limit("gpus");
  const accelerators = entriesOf(gpu && findEntry(gpu, "accelerators")?.value);
  if (pod) checkPod(pod, report);
  return {
    ...(namespace !== undefined && { namespace }),
    ...(serviceAccount !== undefined && { serviceAccount }),
    ...(storage && { storage }),
    gpu: {
      ...nodeChoice(gpu, report),
      resource: text("resource", gpu) ?? standard.gpu.resource,
      accelerators: new Map(accelerators.map(({ name, value }) => [name, nodeChoice(value, report)])),
    },
    images: {
      rewrites: entriesOf(images && findEntry(images, "rewrites")?.value).map(({ name, value }) => ({
        from: name,
        to: textOf(value) ?? "",
      })),
      pullSecrets: listOf(images && findEntry(images, "pull_secrets")?.value).flatMap((item) => textOf(item) ?? []),
      ...(defaultImage !== undefined && { default: defaultImage }),
    },
    ...(queue !== undefined && { queue }),
    ...(priority !== undefined && { priority }),
    ...(pod && { pod: plainData(pod) as RecordValue }),
    podSecurity: text("pod_security") === "restricted" ? "restricted" : standard.podSecurity,
    driver: {
      ...(driverImage !== undefined && { image: driverImage }),
      cpu: numberOf(driver && findEntry(driver, "cpu")?.value) ?? standard.driver.cpu,
      memory: sizeOf(driver && findEntry(driver, "memory")?.value, report) ?? standard.driver.memory,
    },
    results: text("results") === "collected" ? "collected" : standard.results,
    limits: {
      jobs: limit("jobs") ?? standard.limits.jobs,
      pods: limit("pods") ?? standard.limits.pods,
      ...(gpus !== undefined && { gpus }),
    },
    pendingLimit: durationOf(at("pending_limit"), "pending_limit", report) ?? standard.pendingLimit,
  };
}

function nodeChoice(data: YamlData | undefined, report: Report): NodeChoice {
  const selectors = entriesOf(data && findEntry(data, "selectors")?.value);
  const tolerations = data && findEntry(data, "tolerations")?.value;
  if (tolerations) reportMismatch(tolerations, "tolerations", readPodType("[Toleration]"), report);
  return {
    selectors: Object.fromEntries(selectors.map(({ name, value }) => [name, textOf(value) ?? ""])),
    tolerations: listOf(tolerations).map((item) => plainData(item) as RecordValue),
  };
}

/** As the `pod` of a task is checked: the same fields, the same ones refused. */
function checkPod(pod: YamlData, report: Report): void {
  const containers = findEntry(pod, "containers")?.value;
  const [first] = listOf(containers);
  const refused = [
    ...entriesOf(pod).map((entry) => ({ entry, instead: OWNED_POD_FIELDS.get(entry.name) })),
    ...entriesOf(first).map((entry) => ({ entry, instead: OWNED_CONTAINER_FIELDS.get(entry.name) })),
  ];
  for (const { entry, instead } of refused) {
    if (instead === undefined) continue;
    const expected = `not set in \`pod\`: ${instead}`;
    report(
      diagnostic("config-wrong-value", entry.nameSpan, {
        name: entry.name,
        expected,
        found: describeYaml(entry.value),
      }),
    );
  }
  if (containers && listOf(containers).length !== 1) {
    const expected = "a list of one record, with fields for the task's own container";
    report(
      diagnostic("config-wrong-value", containers.span, {
        name: "containers",
        expected,
        found: describeYaml(containers),
      }),
    );
    return;
  }
  // A container needs a name, which is known here.
  const { containers: _, ...rest } = plainData(pod) as Record<string, Value>;
  reportPod(pod, comparePodValue(rest, { kind: "object", name: "PodSpec" }, "pod", false, true), report);
  if (!first) return;
  const path = "pod.containers[0]";
  reportPod(
    pod,
    comparePodValue(plainData(first) as Value, { kind: "object", name: "Container" }, path, false, true),
    report,
  );
}

function reportMismatch(data: YamlData, path: string, type: ReturnType<typeof readPodType>, report: Report): void {
  reportPod(data, comparePodValue(plainData(data) as Value, type, path, false), report);
}

function reportPod(data: YamlData, wrong: PodMismatch | undefined, report: Report): void {
  if (!wrong) return;
  const place = follow(data, wrong.path);
  if (wrong.unknown) {
    const { name, known } = wrong.unknown;
    const span = findEntry(place, name)?.nameSpan ?? place.span;
    const [near] = suggest(name, known);
    const fix =
      near === undefined
        ? {}
        : {
            help: `Did you mean \`${near}\`?`,
            fixes: [{ title: `Change to \`${near}\``, edits: [{ span, text: near }] }],
          };
    report(diagnostic("config-unknown-field", span, { name, place: `\`${wrong.path}\``, known }, fix));
    return;
  }
  const expected = describePodType(wrong.expected);
  report(diagnostic("config-wrong-value", place.span, { name: wrong.path, expected, found: describeYaml(place) }));
}

/** The data at a path such as `pod.volumes[0].name`, whose first part is `data` itself; as far as the path leads. */
function follow(data: YamlData, path: string): YamlData {
  let at = data;
  for (const [, name, index] of path.replace(/^\w+/, "").matchAll(/\.([^.[]+)|\[(\d+)\]/g)) {
    const next = name === undefined ? listOf(at)[Number(index)] : findEntry(at, name)?.value;
    if (!next) break;
    at = next;
  }
  return at;
}

function listOf(data: YamlData | undefined): readonly YamlData[] {
  return data?.kind === "list" ? data.items : [];
}

function numberOf(data: YamlData | undefined): number | undefined {
  return data?.kind === "scalar" && typeof data.value === "number" ? data.value : undefined;
}

function durationOf(data: YamlData | undefined, name: string, report: Report): number | undefined {
  if (data?.kind !== "scalar" || data.value === null) return undefined;
  const parsed = parseDuration(String(data.value));
  if (parsed.ok && parsed.value > 0) return parsed.value;
  const found = `\`${data.text}\`, which ${parsed.ok ? "is no time to wait" : parsed.problem}`;
  report(diagnostic("config-wrong-value", data.span, { name, expected: "a duration such as `10m`", found }));
  return undefined;
}

function sizeOf(data: YamlData | undefined, report: Report): number | undefined {
  if (data?.kind !== "scalar" || data.value === null || typeof data.value === "number") return numberOf(data);
  const parsed = parseSize(String(data.value));
  if (parsed.ok) return parsed.value;
  const found = `\`${data.text}\`, which ${parsed.problem}`;
  report(diagnostic("config-wrong-value", data.span, { name: "memory", expected: "an amount such as `8Gi`", found }));
  return undefined;
}

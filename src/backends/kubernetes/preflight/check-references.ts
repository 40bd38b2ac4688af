// Whether what pods name is in the cluster: Secrets and their keys, ConfigMaps, volume claims, accounts, classes and the queue. Of a Secret only
// the names of its keys are looked at; its values are never kept or shown.
import { suggest } from "../../../util/suggest.ts";
import { type ApiResult, describeProblem } from "../api-problem.ts";
import type { ClusterClient } from "../client.ts";
import { list } from "../list.ts";
import type { ClusterObject } from "../objects.ts";
import { resourcePath } from "../resource-path.ts";
import { type Finding, type FindingCode, quoteList } from "./finding.ts";
import type { PodReferences, Reference } from "./references.ts";

interface Keyed extends ClusterObject {
  readonly type?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly binaryData?: Readonly<Record<string, unknown>>;
}

interface Claim extends ClusterObject {
  readonly spec?: { readonly accessModes?: readonly string[] };
  readonly status?: { readonly phase?: string };
}

interface LocalQueue extends ClusterObject {
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  };
}

const PULL_TYPES = ["kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg"];

/** What is missing. `made`: "ConfigMap x", the objects that the run brings along. */
export async function checkReferences(
  client: ClusterClient,
  namespace: string,
  references: PodReferences,
  made: ReadonlySet<string>,
): Promise<Finding[]> {
  const of = (kind: string, map: ReadonlyMap<string, Reference>) =>
    [...map.values()].filter(({ name }) => !made.has(`${kind} ${name}`));
  const checks: Promise<Finding[]>[] = [
    ...of("Secret", references.secrets).map((each) => checkKeys(client, namespace, "secrets", "Secret", each)),
    ...of("ConfigMap", references.configMaps).map((each) =>
      checkKeys(client, namespace, "configmaps", "ConfigMap", each),
    ),
    ...of("Secret", references.pullSecrets).map((each) => checkPullSecret(client, namespace, each)),
    ...of("PersistentVolumeClaim", references.claims).map((each) => checkClaim(client, namespace, each)),
    ...of("ServiceAccount", references.accounts).map((each) =>
      checkPresence(client, resourcePath("serviceaccounts", namespace), "service account", "account-missing", each),
    ),
    ...of("PriorityClass", references.priorityClasses).map((each) =>
      checkPresence(client, "/apis/scheduling.k8s.io/v1/priorityclasses", "PriorityClass", "class-missing", each),
    ),
    ...of("RuntimeClass", references.runtimeClasses).map((each) =>
      checkPresence(client, "/apis/node.k8s.io/v1/runtimeclasses", "RuntimeClass", "class-missing", each),
    ),
  ];
  return (await Promise.all(checks)).flat();
}

/** Whether the local queue of Kueue is there and takes work. */
export async function checkQueue(client: ClusterClient, namespace: string, queue: string): Promise<Finding[]> {
  const group = await client.request<{ readonly preferredVersion?: { readonly version?: string } }>(
    "GET",
    "/apis/kueue.x-k8s.io",
  );
  if (!group.ok && group.status === 404) {
    const message = `the profile names queue \`${queue}\`, and Kueue is not installed in this cluster: the label does nothing, and quotas of the queue do not hold`;
    return [{ code: "queue-missing", severity: "error", message }];
  }
  if (!group.ok) return [unchecked("queue-missing", `queue \`${queue}\``, group)];
  const version = group.value.preferredVersion?.version ?? "v1beta1";
  const collection = `/apis/kueue.x-k8s.io/${version}/namespaces/${encodeURIComponent(namespace)}/localqueues`;
  const found = await client.request<LocalQueue>("GET", `${collection}/${encodeURIComponent(queue)}`);
  if (!found.ok && found.status === 404)
    return [await missing(client, collection, "local queue", "queue-missing", queue, ["the profile"])];
  if (!found.ok) return [unchecked("queue-missing", `queue \`${queue}\``, found)];
  const active = found.value.status?.conditions?.find(({ type }) => type === "Active");
  if (active?.status !== "False") return [];
  const message = `queue \`${queue}\` takes no work now: ${active.message ?? "it is not active"}`;
  return [{ code: "queue-missing", severity: "warning", message }];
}

async function checkKeys(
  client: ClusterClient,
  namespace: string,
  resource: "secrets" | "configmaps",
  kind: "Secret" | "ConfigMap",
  { name, keys, who }: Reference,
): Promise<Finding[]> {
  const code = kind === "Secret" ? "secret-missing" : "config-map-missing";
  const found = await readKeys(client, namespace, resource, name);
  if (!found.ok && found.status === 404) {
    const made = await missing(client, resourcePath(resource, namespace), kind, code, name, who);
    const [key = "KEY"] = keys;
    const literal = `--from-literal=${key}=…`;
    const command = `kubectl create ${kind === "Secret" ? "secret generic" : "configmap"} ${name} ${literal} -n ${namespace}`;
    return [{ ...made, help: made.help ?? `make it with \`${command}\`` }];
  }
  if (!found.ok) return [unchecked(code, `the ${kind} \`${name}\` that ${quoteWho(who)} needs`, found)];
  const there = found.value.keys;
  return [...keys]
    .filter((key) => !there.includes(key))
    .map((key) => {
      const has = there.length === 0 ? "has no keys" : `has ${quoteList(there)}`;
      const [near] = suggest(key, there);
      const message = `the ${kind} \`${name}\` has no key \`${key}\`, which ${quoteWho(who)} needs; it ${has}`;
      return {
        code,
        severity: "error" as const,
        message,
        ...(near !== undefined && { help: `Did you mean \`${near}\`?` }),
      };
    });
}

async function readKeys(
  client: ClusterClient,
  namespace: string,
  resource: "secrets" | "configmaps",
  name: string,
): Promise<ApiResult<{ readonly keys: readonly string[]; readonly type: string }>> {
  const found = await client.request<Keyed>("GET", resourcePath(resource, namespace, name));
  if (!found.ok) return found;
  const { data = {}, binaryData = {}, type = "" } = found.value;
  return { ok: true, value: { keys: [...Object.keys(data), ...Object.keys(binaryData)].toSorted(), type } };
}

async function checkPullSecret(client: ClusterClient, namespace: string, { name, who }: Reference): Promise<Finding[]> {
  const found = await readKeys(client, namespace, "secrets", name);
  if (!found.ok && found.status === 404) {
    const made = await missing(client, resourcePath("secrets", namespace), "pull secret", "secret-missing", name, who);
    const command = `kubectl create secret docker-registry ${name} --docker-server=… --docker-username=… --docker-password=… -n ${namespace}`;
    return [{ ...made, help: made.help ?? `make it with \`${command}\`` }];
  }
  if (!found.ok) return [unchecked("secret-missing", `the pull secret \`${name}\``, found)];
  const { type } = found.value;
  if (PULL_TYPES.includes(type)) return [];
  const message = `the Secret \`${name}\` is to be used for pulling images and has the type \`${type}\`, not \`${PULL_TYPES[0]}\``;
  return [{ code: "secret-missing", severity: "error", message }];
}

async function checkClaim(client: ClusterClient, namespace: string, { name, who }: Reference): Promise<Finding[]> {
  const found = await client.request<Claim>("GET", resourcePath("persistentvolumeclaims", namespace, name));
  if (!found.ok && found.status === 404)
    return [
      await missing(
        client,
        resourcePath("persistentvolumeclaims", namespace),
        "volume claim",
        "claim-missing",
        name,
        who,
      ),
    ];
  if (!found.ok) return [unchecked("claim-missing", `the volume claim \`${name}\``, found)];
  const { spec, status } = found.value;
  const findings: Finding[] = [];
  if (status?.phase === "Lost")
    findings.push({ code: "claim-missing", severity: "error", message: `the volume of claim \`${name}\` is lost` });
  else if (status?.phase !== "Bound") {
    const message = `the claim \`${name}\` has no volume yet: pods wait until it has, which with some storage classes is when the first one starts`;
    findings.push({ code: "claim-missing", severity: "warning", message });
  }
  const modes = spec?.accessModes ?? [];
  if (!modes.includes("ReadWriteMany")) {
    const message = `the claim \`${name}\` is ${quoteList(modes)}: pods on other nodes than the first cannot use it`;
    findings.push({
      code: "claim-missing",
      severity: "warning",
      message,
      help: "`ReadWriteMany` is what several nodes need",
    });
  }
  return findings;
}

async function checkPresence(
  client: ClusterClient,
  collection: string,
  kind: string,
  code: FindingCode,
  { name, who }: Reference,
): Promise<Finding[]> {
  const found = await client.request("GET", `${collection}/${encodeURIComponent(name)}`);
  if (found.ok) return [];
  return [
    found.status === 404
      ? await missing(client, collection, kind, code, name, who)
      : unchecked(code, `the ${kind} \`${name}\``, found),
  ];
}

/** That it is not there, with a near name where there is one. */
async function missing(
  client: ClusterClient,
  collection: string,
  kind: string,
  code: FindingCode,
  name: string,
  who: Iterable<string>,
): Promise<Finding> {
  // A list of Secrets would hold their values.
  const listed = collection.endsWith("/secrets")
    ? undefined
    : await list(client, collection, {}, ({ metadata }) => metadata.name);
  const [near] = suggest(name, listed?.ok ? listed.value.items : []);
  const message = `there is no ${kind} \`${name}\`, which ${quoteWho(who)} needs`;
  return { code, severity: "error", message, ...(near !== undefined && { help: `Did you mean \`${near}\`?` }) };
}

function quoteWho(who: Iterable<string>): string {
  const [first = "the run", ...more] = who;
  return more.length === 0 ? first : `${first} (and ${more.length} more)`;
}

function unchecked(code: FindingCode, what: string, problem: Parameters<typeof describeProblem>[0]): Finding {
  const reason = problem.status === 403 ? "you may not read it" : describeProblem(problem, "read it");
  return { code, severity: "not-checked", message: `${what}: ${reason}` };
}

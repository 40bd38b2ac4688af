// The settings of sluice.yaml in words: which there are at a place, and what each takes. A place is the path of names that leads to it.

export interface Settings {
  /** What the place is called: "a profile". */
  readonly shown: string;
  readonly names: readonly string[];
}

/** `*` stands for a name of the user's choice. */
const PLACES: readonly (Settings & { readonly place: string })[] = [
  { place: "", shown: "sluice.yaml", names: ["default_profile", "runs_folder", "profiles"] },
  {
    place: "profiles/*",
    shown: "a profile",
    names: ["cpus", "memory", "gpus", "slots", "grace", "secrets_file", "kubernetes", "argo"],
  },
  {
    place: "profiles/*/kubernetes",
    shown: "`kubernetes`",
    names: [
      "namespace",
      "service_account",
      "storage",
      "gpu",
      "images",
      "queue",
      "priority",
      "pod",
      "pod_security",
      "driver",
      "results",
      "limits",
      "pending_limit",
    ],
  },
  { place: "profiles/*/kubernetes/storage", shown: "`storage`", names: ["pvc", "s3"] },
  {
    place: "profiles/*/kubernetes/storage/s3",
    shown: "`s3`",
    names: ["bucket", "prefix", "endpoint", "region", "path_style", "secret"],
  },
  {
    place: "profiles/*/kubernetes/gpu",
    shown: "`gpu`",
    names: ["resource", "selectors", "tolerations", "accelerators"],
  },
  { place: "profiles/*/kubernetes/gpu/accelerators/*", shown: "an accelerator", names: ["selectors", "tolerations"] },
  { place: "profiles/*/kubernetes/images", shown: "`images`", names: ["rewrites", "pull_secrets"] },
  { place: "profiles/*/kubernetes/driver", shown: "`driver`", names: ["image", "cpu", "memory"] },
  { place: "profiles/*/kubernetes/limits", shown: "`limits`", names: ["jobs", "pods", "gpus"] },
  {
    place: "profiles/*/argo",
    shown: "`argo`",
    names: [
      "labels",
      "annotations",
      "parallelism",
      "priority",
      "ttl",
      "pod_gc",
      "artifact_gc",
      "archive_logs",
      "artifact_repository",
      "synchronization",
      "cron",
    ],
  },
  { place: "profiles/*/argo/ttl", shown: "`ttl`", names: ["after_completion", "after_success", "after_failure"] },
  { place: "profiles/*/argo/artifact_repository", shown: "`artifact_repository`", names: ["config_map", "key"] },
  { place: "profiles/*/argo/synchronization", shown: "`synchronization`", names: ["mutexes", "semaphores"] },
  { place: "profiles/*/argo/synchronization/semaphores/*", shown: "a semaphore", names: ["config_map", "key"] },
  {
    place: "profiles/*/argo/cron",
    shown: "`cron`",
    names: ["starting_deadline", "successful_history", "failed_history"],
  },
];

const EXPECTED: Readonly<Record<string, string>> = {
  default_profile: "the name of a profile",
  runs_folder: "the path of a folder",
  profiles: "a mapping from names to settings",
  cpus: "a number of cores above 0",
  memory: "an amount such as `8Gi`",
  gpus: "a whole number, 0 or more",
  slots: "a whole number above 0",
  grace: "a duration such as `10s`",
  secrets_file: "the path of a file",
  namespace: "a name of small letters, digits and `-`",
  service_account: "the name of a service account",
  storage: "a mapping with a volume claim, `{ pvc: my-claim }`, or with a bucket, `{ s3: { bucket: my-bucket } }`",
  pvc: "the name of a volume claim",
  s3: "a mapping with the name of a bucket, `{ bucket: my-bucket }`",
  bucket: "the name of a bucket: 3 to 63 small letters, digits, `-` and `.`",
  prefix: "the beginning of keys such as `team/runs`, without `/` before it and without `.` and `..`",
  endpoint: "an address such as `https://s3.example`",
  region: "the name of a region such as `eu-central-1`",
  path_style: "`true` or `false`",
  secret: "the name of a Secret",
  resource: "the name of a resource such as `nvidia.com/gpu`",
  selectors: "a mapping from node labels to texts",
  tolerations: "a list of tolerations as in a pod spec",
  accelerators: "a mapping from names to settings",
  image: "the name of an image",
  rewrites: "a mapping from beginnings of image names to texts",
  pull_secrets: "a list of names of Secrets",
  queue: "the name of a local queue",
  priority: "the name of a PriorityClass",
  pod: "a mapping of fields of a pod spec",
  pod_security: "`baseline` or `restricted`",
  cpu: "a number of cores above 0",
  results: "`message` or `collected`",
  jobs: "a whole number above 0",
  pods: "a whole number above 0",
  "limits/gpus": "a whole number above 0",
  pending_limit: "a duration such as `10m`",
  parallelism: "a whole number above 0",
  "argo/priority": "a whole number",
  ttl: "a mapping with times, such as `{ after_success: 24h, after_failure: 168h }`",
  pod_gc: "`OnPodCompletion`, `OnPodSuccess`, `OnWorkflowCompletion` or `OnWorkflowSuccess`",
  artifact_gc: "`OnWorkflowCompletion` or `OnWorkflowDeletion`",
  archive_logs: "`true` or `false`",
  artifact_repository: "a mapping such as `{ config_map: artifact-repositories, key: models }`",
  synchronization: "a mapping such as `{ mutexes: [release], semaphores: [{ config_map: limits, key: sweeps }] }`",
  mutexes: "a list of names",
  semaphores: "a list of mappings such as `{ config_map: limits, key: sweeps }`",
  cron: "a mapping such as `{ starting_deadline: 10m, successful_history: 3 }`",
  config_map: "the name of a ConfigMap",
  key: "a key of the ConfigMap",
  after_completion: "a duration such as `24h`",
  after_success: "a duration such as `24h`",
  after_failure: "a duration such as `24h`",
  starting_deadline: "a duration such as `10m`",
  successful_history: "a whole number, 0 or more",
  failed_history: "a whole number, 0 or more",
};

/** The settings that may stand at a place. */
export function settingsAt(path: readonly string[]): Settings {
  return PLACES.find(({ place }) => matches(place, path)) ?? PLACES[0]!;
}

/** What the place takes, in words; undefined for a name of the user's choice in a mapping of texts. */
export function expectedAt(path: readonly string[]): string | undefined {
  const isChoice = path.length === 2 || path.at(-2) === "accelerators";
  if (path.length === 0 || isChoice) return "a mapping of settings";
  const name = path.at(-1)!;
  if (["selectors", "rewrites", "labels", "annotations"].includes(path.at(-2)!))
    return "a text; numbers and truth values need quotes";
  if (path.at(-2) === "tolerations") return "a toleration as in a pod spec";
  if (path.at(-2) === "pull_secrets") return "the name of a Secret";
  if (path.at(-2) === "semaphores") return "a mapping such as `{ config_map: limits, key: sweeps }`";
  if (path.at(-2) === "mutexes") return "a name";
  if (["labels", "annotations"].includes(name)) return "a mapping from names to texts";
  if (["kubernetes", "gpu", "images", "driver", "limits", "argo"].includes(name) && path.length > 2)
    return "a mapping of settings";
  const known = [`${path.at(-2)}/${name}`, name].find((each) => Object.hasOwn(EXPECTED, each));
  return known === undefined ? undefined : EXPECTED[known];
}

function matches(place: string, path: readonly string[]): boolean {
  const parts = place === "" ? [] : place.split("/");
  return parts.length === path.length && parts.every((part, at) => part === "*" || part === path[at]);
}

// What people know from Argo Workflows, and how it is written here: each with a program, and perhaps a sluice.yaml, whose Workflow holds the field. A
// test compiles them all. What is not there says why.

import type { ArgoKind } from "../../src/emit/argo/kinds.ts";

export interface Written {
  /** Argo's names, in Markdown. */
  readonly argo: string;
  /** In Markdown. */
  readonly how: string;
  readonly program: string;
  readonly settings?: string;
  readonly kind?: ArgoKind;
  /** Paths that end so, without the indexes of lists; `PATH=VALUE` for a scalar. */
  readonly holds: readonly string[];
}

interface Missing {
  readonly argo: string;
  readonly why: string;
  /** A program that is refused, with the code. */
  readonly refused?: { readonly program: string; readonly code: string };
}

export type ArgoFeature = Written | Missing;

const WORK = 'task work(n: Int) -> Int { image "a/b:1" run ["work", n, out] }\n';

function main(body: string, head = "main()"): string {
  return `${WORK}pipeline ${head} { ${body} }\n`;
}

function task(statements: string): string {
  return `task work() { image "a/b:1" run ["work"] ${statements} }\npipeline main() { do work() }\n`;
}

function pod(fields: string): string {
  return task(`pod { ${fields} }`);
}

/** A profile with this under `argo`. */
function argo(settings: string): string {
  return `default_profile: cluster\nprofiles: { cluster: { argo: { ${settings} } } }\n`;
}

function kubernetes(settings: string): string {
  return `default_profile: cluster\nprofiles: { cluster: { kubernetes: { ${settings} } } }\n`;
}

const ONE = main("do work(1)");
const NIGHTLY = main("do work(1)", 'main() schedule "0 3 * * *" in "Europe/Berlin"');
const MODEL = 'task make() -> { model: File } { image "a/b:1" run ["make", out.model] }\n';
const USE = 'task use(model: File) { image "a/b:1" run ["use", model] }\n';

export const ARGO_FEATURES: readonly ArgoFeature[] = [
  {
    argo: "`dag`, `depends`, `steps`",
    how: "data flow: `work(work(1))`, or `after` where there is none",
    program: main("let a = work(work(1))\ndo work(2) after a"),
    holds: ["dag.tasks.depends"],
  },
  {
    argo: "diamond",
    how: "two steps read one, a third reads both",
    program: main("let a = work(1)\nlet b = work(a)\nlet c = work(a)\ndo work(b + c)"),
    holds: ["dag.tasks.depends=b-result.Succeeded && c-result.Succeeded"],
  },
  {
    argo: "`withItems`, `withParam`, `withSequence`",
    how: "`map n in range(9) { … }`",
    program: main("do map n in range(9) { do work(n) }"),
    holds: ["dag.tasks.withSequence.count"],
  },
  {
    argo: "`parallelism` of a template",
    how: "`parallel 2`",
    program: main("do map n in range(9) parallel 2 { do work(n) }"),
    holds: ["templates.parallelism=2"],
  },
  {
    argo: "`parallelism` of the Workflow",
    how: "*profile*: `parallelism: 50`",
    program: ONE,
    settings: argo("parallelism: 50"),
    holds: ["spec.parallelism=50"],
  },
  {
    argo: "`continueOn`, failures that count and do not end the run",
    how: "`tolerate 10%`",
    program: main("do map n in range(9) tolerate 10% { do work(n) }"),
    holds: ["dag.tasks.name=tolerated"],
  },
  {
    argo: "`when`",
    how: "`if`",
    program: main("let n = work(1)\ndo if n > 1 { do work(n) }"),
    holds: ["dag.tasks.when"],
  },
  {
    argo: "templates that call templates",
    how: "pipelines that call pipelines, also of other files",
    program: `${WORK}pipeline twice(n: Int) -> Int { yield work(work(n)) }\npipeline main() { do twice(1) }\n`,
    holds: ["templates.name=twice"],
  },
  {
    argo: "`onExit`, `workflow.status`, `workflow.failures`",
    how: "`finally { … }`, `run.status`, `run.failures`",
    program: `task check_on(status: RunStatus, lost: Int) { image "a/b:1" run ["check-on", status, lost] }\n${ONE.trimEnd()} finally { do check_on(run.status, len(run.failures)) }\n`,
    holds: ["spec.onExit=finally"],
  },
  {
    argo: "`retryStrategy` with `limit`, `expression`, `backoff`",
    how: "`retry exit(75) 3 after 1s..1min`",
    program: task("retry exit(75) 3 after 1s..1min"),
    holds: ["retryStrategy.limit=3", "retryStrategy.expression", "retryStrategy.backoff.duration=1s"],
  },
  {
    argo: "`retries` in a `podSpecPatch`",
    how: "`retry oom 3 { memory: min(memory * 2, 8Gi) }`",
    program: task(
      "resources { memory: 1Gi } retry oom 3 { memory: min(memory * 2, 8Gi) }".replace(" retry", "\nretry"),
    ),
    holds: ["templates.podSpecPatch"],
  },
  {
    argo: "`activeDeadlineSeconds` of a template",
    how: "`timeout 1h` of the task",
    program: task("timeout 1h"),
    holds: ["templates.activeDeadlineSeconds"],
  },
  {
    argo: "`activeDeadlineSeconds` of the Workflow",
    how: "`timeout 2h` of the pipeline",
    program: main("do work(1)", "main() timeout 2h"),
    holds: ["spec.activeDeadlineSeconds=7200"],
  },
  {
    argo: "`arguments.parameters`",
    how: "parameters of the pipeline",
    program: main("do work(n)", "main(n: Int = 1)"),
    holds: ["spec.arguments.parameters.name=n"],
  },
  {
    argo: "`outputs.parameters` from a path",
    how: "`out`",
    program: ONE,
    holds: ["outputs.parameters.valueFrom.path=/sluice/out/out"],
  },
  {
    argo: "artifacts",
    how: "outputs and parameters of type File and Dir",
    program: `${MODEL}${USE}pipeline main() { do use(make().model) }\n`,
    holds: ["outputs.artifacts.s3.key", "inputs.artifacts.path=/sluice/in/model"],
  },
  {
    argo: "`raw` artifacts",
    how: "`use(json_file(…))`: in the call itself",
    program: `${USE}pipeline main() { do use(json_file({ a: 1 })) }\n`,
    holds: ["artifacts.raw.data"],
  },
  {
    argo: "`artifactRepositoryRef`",
    how: "*profile*: `artifact_repository: { config_map: …, key: … }`",
    program: ONE,
    settings: argo("artifact_repository: { config_map: repositories, key: models }"),
    holds: ["spec.artifactRepositoryRef.key=models"],
  },
  {
    argo: "`artifactGC`",
    how: "*profile*: `artifact_gc: OnWorkflowDeletion`",
    program: ONE,
    settings: argo("artifact_gc: OnWorkflowDeletion"),
    holds: ["spec.artifactGC.strategy=OnWorkflowDeletion"],
  },
  {
    argo: "`archiveLogs`",
    how: "*profile*: `archive_logs: true`",
    program: ONE,
    settings: argo("archive_logs: true"),
    holds: ["spec.archiveLogs=true"],
  },
  {
    argo: "`script`",
    how: "`script`: the text is a file, never a template",
    program: "task work() { image \"a/b:1\" script \"sh\" '''\n  work\n''' }\npipeline main() { do work() }\n",
    holds: ["data.script", "volumes.configMap.name"],
  },
  {
    argo: "environment, `secretKeyRef`",
    how: "`env`, `secret`",
    program: `secret token = "hub/token"\n${task("env { TOKEN: token }")}`,
    holds: ["env.valueFrom.secretKeyRef.name=hub"],
  },
  {
    argo: "`resources` of a container",
    how: "`resources { cpu: 2, memory: 4Gi, gpu: 1 }`",
    program: task("resources { cpu: 2, memory: 4Gi, gpu: 1 }"),
    holds: ["container.resources.limits.memory=4Gi"],
  },
  {
    argo: "`nodeSelector`, `tolerations`",
    how: "`resources { node: …, tolerations: … }`, or the accelerators of the profile",
    program: task('resources { node: { "disktype": "ssd" }, tolerations: [{ key: "spot", operator: "Exists" }] }'),
    holds: ["templates.nodeSelector.disktype=ssd", "templates.tolerations.key=spot"],
  },
  {
    argo: "`affinity`",
    how: "`pod { affinity: … }`",
    program: pod(
      'affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: "zone", operator: "In", values: ["a"] }] }] } } }',
    ),
    holds: ["templates.affinity.nodeAffinity"],
  },
  {
    argo: "`volumes`",
    how: "`pod { volumes: …, containers: [{ volumeMounts: … }] }`",
    program: pod(
      'volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }], containers: [{ volumeMounts: [{ name: "data", mountPath: "/data" }] }]',
    ),
    holds: ["templates.volumes.persistentVolumeClaim.claimName=data", "container.volumeMounts.mountPath=/data"],
  },
  {
    argo: "`volumeClaimTemplates`",
    how: "an `ephemeral` volume in `pod`",
    program: pod(
      'volumes: [{ name: "scratch", ephemeral: { volumeClaimTemplate: { spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "10Gi" } } } } } }]',
    ),
    holds: ["volumes.ephemeral.volumeClaimTemplate"],
  },
  {
    argo: "`initContainers`, `sidecars`",
    how: '`pod { initContainers: … }`; a sidecar has `restartPolicy: "Always"` there',
    program: pod('initContainers: [{ name: "proxy", image: "a/proxy:1", restartPolicy: "Always" }]'),
    holds: ["initContainers.name=proxy"],
  },
  {
    argo: "`priorityClassName`",
    how: '`resources { priority: "urgent" }`',
    program: task('resources { priority: "urgent" }'),
    holds: ["templates.priorityClassName=urgent"],
  },
  {
    argo: "`schedulerName`, `hostAliases`, `securityContext`, all other pod fields",
    how: "`pod { … }` of the task or of the profile",
    program: pod('schedulerName: "volcano", dnsPolicy: "Default"'),
    holds: ["templates.schedulerName=volcano", "templates.podSpecPatch"],
  },
  {
    argo: "`serviceAccountName`, `imagePullSecrets`",
    how: "*profile*: `kubernetes: { service_account: …, images: { pull_secrets: … } }`",
    program: ONE,
    settings: kubernetes("service_account: tasks, images: { pull_secrets: [mirror] }"),
    holds: ["spec.serviceAccountName=tasks", "spec.imagePullSecrets.name=mirror"],
  },
  {
    argo: "`CronWorkflow`: `schedules`, `timezone`, `concurrencyPolicy`",
    how: '`schedule "0 3 * * *" in "Europe/Berlin"`; always `Forbid`',
    program: NIGHTLY,
    holds: [
      "kind=CronWorkflow",
      "spec.schedules=0 3 * * *",
      "spec.timezone=Europe/Berlin",
      "spec.concurrencyPolicy=Forbid",
    ],
  },
  {
    argo: "`startingDeadlineSeconds`, history limits",
    how: "*profile*: `cron: { starting_deadline: 10m, successful_history: 5, failed_history: 2 }`",
    program: NIGHTLY,
    settings: argo("cron: { starting_deadline: 10m, successful_history: 5, failed_history: 2 }"),
    holds: ["spec.startingDeadlineSeconds=600", "spec.successfulJobsHistoryLimit=5", "spec.failedJobsHistoryLimit=2"],
  },
  {
    argo: "`ttlStrategy`",
    how: "*profile*: `ttl: { after_success: 24h, after_failure: 168h }`",
    program: ONE,
    settings: argo("ttl: { after_success: 24h, after_failure: 168h }"),
    holds: ["spec.ttlStrategy.secondsAfterSuccess=86400", "spec.ttlStrategy.secondsAfterFailure=604800"],
  },
  {
    argo: "`podGC`",
    how: "*profile*: `pod_gc: OnPodSuccess`",
    program: ONE,
    settings: argo("pod_gc: OnPodSuccess"),
    holds: ["spec.podGC.strategy=OnPodSuccess"],
  },
  {
    argo: "`synchronization` of the Workflow: mutexes, semaphores",
    how: "*profile*: `synchronization: { mutexes: [release], semaphores: [{ config_map: limits, key: sweeps }] }`",
    program: ONE,
    settings: argo("synchronization: { mutexes: [release], semaphores: [{ config_map: limits, key: sweeps }] }"),
    holds: ["synchronization.mutexes.name=release", "synchronization.semaphores.configMapKeyRef.key=sweeps"],
  },
  {
    argo: "`priority` of the Workflow",
    how: "*profile*: `priority: 10`",
    program: ONE,
    settings: argo("priority: 10"),
    holds: ["spec.priority=10"],
  },
  {
    argo: "labels and annotations of the Workflow",
    how: "*profile*: `labels: { team: research }`",
    program: ONE,
    settings: argo("labels: { team: research }"),
    holds: ["metadata.labels.team=research"],
  },
  {
    argo: "`WorkflowTemplate`",
    how: "`--kind WorkflowTemplate`: to be submitted by hand or from Argo's UI, with parameters",
    program: main("do work(n)", "main(n: Int = 1)"),
    kind: "WorkflowTemplate",
    holds: ["kind=WorkflowTemplate", "spec.arguments.parameters.value=1"],
  },
  {
    argo: "`memoize`",
    why: "see `cache` above: an entry that does not fit into its ConfigMap fails the run, and a File is no part of its key",
    refused: { program: task("cache true"), code: "argo-refused" },
  },
  {
    argo: "`synchronization` of a template",
    why: "the language has no pools; `parallel` bounds a map, the profile the Workflow",
  },
  {
    argo: "`suspend` for approval, `http`, `resource`, `data`, `plugin`, `daemon`, `containerSet`",
    why: "a step is a task with a pod, on every engine",
  },
  {
    argo: "`hooks`, `metrics`",
    why: "a step that tells or measures is a task, also in `finally`; the controller has metrics of its own",
  },
  {
    argo: "artifacts from git, HTTP and other stores, `ClusterWorkflowTemplate`, `templateRef`",
    why: "a task reads what is outside by its address; programs are shared by `import`",
  },
  {
    argo: "`podDisruptionBudget`, `executor`, `templateDefaults`",
    why: "defaults of the controller (`workflowDefaults`); for pods the profile's `pod`",
  },
];

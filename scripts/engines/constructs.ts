// What the language has, each with a small program, and which engine refuses it with which code; where nothing is said it works. A test compiles
// every program for every engine, so that the table cannot say what is not so.
import type { Engine } from "./compile-for.ts";

export interface Construct {
  /** In Markdown. */
  readonly name: string;
  readonly program: string;
  readonly refused?: Partial<Record<Engine, string>>;
  /** A sluice.yaml, where it is not the usual one. */
  readonly settings?: string;
  /** What has no effect there, or another one that does not change a result. */
  readonly notes?: Partial<Record<Engine, string>>;
}

export interface ConstructGroup {
  readonly title: string;
  readonly constructs: readonly Construct[];
}

const FIND = 'task find() -> [Int] max 9 { image "a/b:1" run ["find", out] }';
const WORK = 'task work(n: Int) -> Int { image "a/b:1" run ["work", n, out] }';
const MAKE = 'task make() -> { model: File } { image "a/b:1" run ["make", out.model] }';
const USE = 'task use(model: File) { image "a/b:1" run ["use", model] }';

/** Declarations, then a pipeline with this body. */
function main(
  body: string,
  { with: before = [FIND, WORK], head = "main()" }: { with?: string[]; head?: string } = {},
): string {
  return `${before.join("\n")}\npipeline ${head} {\n  ${body.split("\n").join("\n  ")}\n}\n`;
}

/** A pipeline that calls one task with these statements. */
function task(statements: string, { parameters = "", call = "work()", result = "" } = {}): string {
  const lines = ['image "a/b:1"', ...statements.split("\n")];
  return `task work(${parameters})${result} {\n  ${lines.join("\n  ")}\n}\npipeline main() { do ${call} }\n`;
}

const RUN = 'run ["work"]\n';
const ARGO = { argo: "argo-refused" };
const ARGO_RETRY = { argo: "argo-retry" };
const ARGO_FILES = { argo: "argo-files" };
const ARGO_FAILURE = { argo: "argo-failure" };
const POD_ONLY = "ignored: a process is no pod";

export const CONSTRUCTS: readonly ConstructGroup[] = [
  {
    title: "Tasks and steps",
    constructs: [
      { name: "`run`, with arguments known at run time", program: main("do work(work(1))") },
      { name: "`script`", program: task("script \"sh\" '''\n  work\n'''") },
      { name: "`args`", program: task('args ["--all"]'), refused: ARGO },
      {
        name: "a program whose name is known only at run time",
        program: `${WORK}\ntask any(tool: String) { image "a/b:1" run [tool] }\npipeline main() { do any(str(work(1))) }\n`,
        refused: ARGO,
      },
      {
        name: "`env`, `secret`",
        program: `secret token = "hub/token"\n${task(`${RUN}env { TOKEN: token, LEVEL: 3 }`)}`,
      },
      {
        name: "outputs: one value, or several by name",
        program: main("do work(shape().rows)", {
          with: [
            WORK,
            'task shape() -> { rows: Int, label: String } { image "a/b:1" run ["shape", out.rows, out.label] }',
          ],
        }),
      },
      {
        name: "`let`, records, lists, texts, the built-in functions",
        program: main(
          'let n = work(1)\nlet r = { n, all: [1, ...range(n)], text: "\\(n) items" }\ndo work(len(r.all) + len(r.text))',
        ),
      },
      {
        name: "comprehensions",
        program: main("let xs = find()\ndo work(len([for x in xs where x > 1 by x desc take 3: x * 2]))"),
      },
      {
        name: "the index of a comprehension in its own `where`",
        program: main("let xs = find()\ndo work(len([for x, i in xs where i > 1: x]))"),
        refused: ARGO,
      },
      { name: "`if`", program: main("let n = work(1)\ndo if n > 1 { do work(2) } else { do work(3) }") },
      { name: "`check`", program: main('let n = work(1)\ncheck n > 0, "nothing was found"\ndo work(n)') },
      { name: "`do`, `after`", program: main("let a = work(1)\ndo work(2) after a") },
      {
        name: "pipelines that call pipelines",
        program: `${WORK}\npipeline twice(n: Int) -> Int { yield work(work(n)) }\npipeline main() { do twice(1) }\n`,
      },
      {
        name: "parameters of every type but File and Dir",
        program: main("do work(n)", { head: 'main(n: Int = 1, size: Size = 1Gi, list: [String] = ["a"])' }),
      },
      {
        name: "`finally`, `run.failures`",
        program: `${main("do work(1)").trimEnd()} finally {\n  do work(len(run.failures))\n}\n`,
      },
      {
        name: "`schedule`",
        program: main("do work(1)", { head: 'main() schedule "0 3 * * *" in "Europe/Berlin"' }),
        notes: { local: "ignored", kubernetes: "by `sluice apply`" },
      },
    ],
  },
  {
    title: "Maps",
    constructs: [
      { name: "over a list known only at run time", program: main("let xs = find()\ndo map x in xs { do work(x) }") },
      {
        name: "nested; `where`, `key`, `max`, indexes",
        program: main(
          "let xs = find()\nlet all = map x, i in xs where x > 1 key str(x) max 5 {\n  yield map y in range(3) { yield work(x + y + i) }\n}\ndo work(len(all))",
        ),
      },
      { name: "`parallel`, a constant", program: main("do map n in range(9) parallel 2 { do work(n) }") },
      {
        name: "`parallel`, that depends on a parameter",
        program: main("do map n in range(9) parallel width { do work(n) }", { head: "main(width: Int = 2)" }),
        refused: ARGO,
      },
      { name: "`batch`", program: main("do map n in range(9) batch 3 { do work(n) }"), refused: ARGO },
      {
        name: "`tolerate`",
        program: main("let runs = map n in range(9) tolerate 10% { yield work(n) }\ndo work(len(runs.ok))"),
      },
      {
        name: "`key`, `index` of a Failure",
        program: main(
          "let runs = map n in range(9) tolerate 2 { yield work(n) }\ndo work(len([for f in runs.failed: { key: f.key, index: f.index }]))",
        ),
      },
      {
        name: "`message`, `cause`, `exit_code`, `attempts` of a Failure",
        program: main(
          "let runs = map n in range(9) tolerate 2 { yield work(n) }\ndo work(len([for f in runs.failed: f.message]))",
        ),
        refused: ARGO_FAILURE,
      },
      {
        name: "a Failure as a whole",
        program: `${WORK}\npipeline main() -> [Failure] {\n  let runs = map n in range(9) tolerate 2 { yield work(n) }\n  yield runs.failed\n}\n`,
        refused: ARGO_FAILURE,
      },
    ],
  },
  {
    title: "When something fails",
    constructs: [
      {
        name: "one `retry` line: `any`, `oom`, `evicted`, `exit(…)`, `timeout`; `after`",
        program: [
          ...["any 2 after 30s", "oom 2", "evicted 5", "exit(75) 3 after 1s..1min", "timeout 1"].map(
            (line, n) => `task t${n}() { image "a/b:1" run ["t"] resources { memory: 1Gi } timeout 1h retry ${line} }`,
          ),
          "pipeline main() { do t0() do t1() do t2() do t3() do t4() }\n",
        ].join("\n"),
      },
      {
        name: "several `retry` lines with budgets of their own",
        program: task(
          `${RUN}resources { memory: 1Gi }\nretry oom 2 { memory: memory * 2 }\nretry evicted 5\nretry exit(75) 3`,
        ),
      },
      {
        name: "several `retry` lines with more than 12 attempts in all",
        program: task(`${RUN}retry evicted 20\nretry exit(75) 2`),
        refused: ARGO_RETRY,
      },
      {
        name: "`retry timeout` beside other lines",
        program: task(`${RUN}timeout 1h\nretry timeout 1\nretry evicted 1`),
        refused: ARGO_RETRY,
      },
      {
        name: "`retry oom` beside `retry exit(137)`",
        program: task(`${RUN}resources { memory: 1Gi }\nretry oom 1 { memory: memory * 2 }\nretry exit(137) 1`),
        refused: ARGO_RETRY,
      },
      { name: "`retry start`", program: task(`${RUN}retry start 2`), refused: ARGO_RETRY },
      {
        name: "`retry output`",
        program: task('run ["work", out]\nretry output 2', { result: " -> Int" }),
        refused: ARGO_RETRY,
      },
      {
        name: "`retry disk`",
        program: task(`${RUN}resources { storage: 1Gi }\nretry disk 2 { storage: storage * 2 }`),
        refused: ARGO_RETRY,
      },
      {
        name: "more memory with each attempt",
        program: task(`${RUN}resources { memory: 1Gi }\nretry oom 3 { memory: min(memory * 2, 8Gi) }`),
      },
      {
        name: "`timeout` of a task",
        program: task(`${RUN}timeout 1h`),
        notes: { argo: "30 s longer: its clock starts with the pod" },
      },
      { name: "`timeout` of a pipeline", program: main("do work(1)", { head: "main() timeout 2h" }) },
      {
        name: "`timeout` of a pipeline that depends on a parameter",
        program: main("do work(1)", { head: "main(most: Duration = 2h) timeout most" }),
        refused: ARGO,
      },
      { name: "`cache`", program: task(`${RUN}cache true`), refused: ARGO },
    ],
  },
  {
    title: "Files",
    constructs: [
      {
        name: "File or Dir as an output or a parameter of its own",
        program: `${MAKE}\n${USE}\npipeline main() { do use(make().model) }\n`,
      },
      {
        name: "`json_file`",
        program: `${FIND}\ntask use(table: File) { image "a/b:1" run ["use", table] }\npipeline main() {\n  let xs = find()\n  do use(json_file(xs))\n}\n`,
      },
      {
        name: "`json_file` anywhere but as the argument of a call",
        program: `${FIND}\ntask use(table: File) { image "a/b:1" run ["use", table] }\npipeline main() {\n  let table = json_file(find())\n  do use(table)\n}\n`,
        refused: ARGO_FILES,
      },
      {
        name: "a File from outside of the run: `file(…)`",
        program: `${USE}\npipeline main() { do use(file("pvc:models/base.bin")) }\n`,
        refused: ARGO_FILES,
      },
      {
        name: "a File of each item, in the result",
        program: `${MAKE}\npipeline main() -> [File] {\n  yield map n in range(3) key str(n) { yield make().model }\n}\n`,
      },
      {
        name: "Files in a list or a record that a task takes",
        program: `${MAKE}\ntask join(parts: [File]) { image "a/b:1" run ["join", ...parts] }\npipeline main() {\n  let parts = map n in range(3) key str(n) { yield make().model }\n  do join(parts)\n}\n`,
        refused: ARGO_FILES,
      },
      {
        name: "Files in a list or a record that a task gives",
        program:
          'task split() -> { parts: [File] } { image "a/b:1" run ["split", out.parts] }\npipeline main() { do split() }\n',
        refused: ARGO_FILES,
      },
      {
        name: "a File that is a parameter of the pipeline",
        program: `${USE}\npipeline main(model: File = file("pvc:models/base.bin")) { do use(model) }\n`,
        refused: ARGO_FILES,
      },
      {
        name: "a File, where the profile names no storage",
        program: `${MAKE}\n${USE}\npipeline main() { do use(make().model) }\n`,
        settings: "profiles: {}",
        refused: { kubernetes: "storage-needed", jobs: "storage-needed" },
        notes: { argo: "its default artifact repository" },
      },
    ],
  },
  {
    title: "Pods",
    constructs: [
      {
        name: "`resources`: amounts, also of parameters",
        program: task(`run ["work"]\nresources { cpu: n..8, memory: 1Gi * n, storage: 10Gi, shared_memory: 1Gi }`, {
          parameters: "n: Int",
          call: "work(2)",
        }),
      },
      {
        name: "amounts known only at run time",
        program: `${WORK}\ntask big(n: Int) { image "a/b:1" run ["big"] resources { cpu: n, memory: 1Gi * n } }\npipeline main() { do big(work(1)) }\n`,
      },
      {
        name: "`gpu`, `accelerator`, `devices`, `priority`, known when compiling",
        program: task(
          `${RUN}resources { gpu: 1, accelerator: "a100", devices: { "vendor.example/nic": 1 }, priority: "urgent" }`,
        ),
        notes: { local: "`gpu` counts where the profile says how many there are; the others are ignored" },
      },
      {
        name: "`gpu`, `accelerator`, `devices`, `priority`, known only at run time",
        program: `${WORK}\ntask big(n: Int) { image "a/b:1" run ["big"] resources { gpu: n } }\npipeline main() { do big(work(1)) }\n`,
        refused: ARGO,
      },
      {
        name: "an `accelerator` that the profile does not know",
        program: task(`${RUN}resources { gpu: 1, accelerator: "gaudi" }`),
        refused: { kubernetes: "unknown-accelerator", jobs: "unknown-accelerator", argo: "unknown-accelerator" },
      },
      {
        name: "`node`, `tolerations`",
        program: task(
          `${RUN}resources { node: { "disktype": "ssd" }, tolerations: [{ key: "spot", operator: "Exists" }] }`,
        ),
        notes: { local: POD_ONLY },
      },
      {
        name: "`pod`: volumes and all other fields",
        program: task(
          `${RUN}pod {\n  volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }],\n  containers: [{ volumeMounts: [{ name: "data", mountPath: "/data" }] }],\n}`,
        ),
        notes: { local: POD_ONLY },
      },
      {
        name: "a task without `image`",
        program: 'task work() { run ["work"] }\npipeline main() { do work() }\n',
        refused: { kubernetes: "image-needed", jobs: "image-needed", argo: "image-needed" },
      },
      {
        name: "a task without `image`, where the profile names one for all",
        program: 'task work() { run ["work"] }\npipeline main() { do work() }\n',
        settings: 'default_profile: cluster\nprofiles: { cluster: { kubernetes: { images: { default: "a/b:1" } } } }',
      },
    ],
  },
];

// Runs tasks on the local backend in a folder of their own, without the engine.
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { BackendEvent, BackendWarning } from "../../src/backends/backend.ts";
import { systemClock } from "../../src/backends/clock.ts";
import { createLocalBackend, type LocalOptions } from "../../src/backends/local/local-backend.ts";
import { attemptFolder, createRunFolder, type RunFolder } from "../../src/backends/run-folder.ts";
import type { Outcome, Start } from "../../src/engine/protocol.ts";
import type { Plan, PlanArgument, PlanOutput, PlanTask } from "../../src/plan/plan.ts";
import { STRING, type Type } from "../../src/types/type.ts";
import { makeRecord, type Value } from "../../src/types/value.ts";

/** A folder that the test removes with `removeFolders`. */
export function makeTestFolder(): string {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(tmpdir(), "sluice-test-")));
  folders.push(folder);
  return folder;
}

const folders: string[] = [];

/** Removes what the tests of a file made. */
export function removeFolders(): void {
  for (const folder of folders.splice(0)) fs.rmSync(folder, { recursive: true, force: true });
}

export function text(value: string): PlanArgument {
  return { value: { op: "literal", value }, type: STRING };
}

export const OUT: PlanArgument = { value: { op: "ref", name: "out" }, type: STRING };

export function parameter(name: string, type: Type): PlanArgument {
  return { value: { op: "ref", name }, type };
}

export function output(type: Type, name: string | null = null): PlanOutput {
  return { name, type };
}

export function makeTask(task: Partial<PlanTask> & { readonly id: string }): PlanTask {
  return {
    name: task.id,
    source: "main.pipe:1:1",
    parameters: [],
    outputs: [],
    command: { form: "run", items: [text("true")], source: "main.pipe:1:1" },
    env: [],
    resources: {},
    retries: [],
    ...task,
  };
}

/** A task that runs `sh -c` with the script; `out` is its first argument when it has outputs of one kind. */
export function shell(id: string, script: string, task: Partial<PlanTask> = {}): PlanTask {
  const single = (task.outputs ?? []).some(({ name }) => name === null);
  const items = [text("sh"), text("-c"), text(script), text("sh"), ...(single ? [OUT] : [])];
  return makeTask({ id, ...task, command: { form: "run", items, source: "main.pipe:1:1" } });
}

export function makePlan(tasks: readonly PlanTask[], plan: Partial<Plan> = {}): Plan {
  return {
    version: 1,
    pipeline: "main",
    files: [],
    secrets: [],
    tasks,
    pipelines: [
      {
        id: "main",
        name: "main",
        source: "main.pipe:1:1",
        parameters: [],
        result: { kind: "none" },
        body: { nodes: [] },
      },
    ],
    bounds: { pods: null, attempts: null, peak: { pods: null, cpu: null, memory: null, gpu: null } },
    ...plan,
  };
}

export function makeRunFolder(root: string, plan: Plan, id = "main-20260101-000000-0001", working = root): RunFolder {
  const made = createRunFolder({
    root,
    plan,
    parameters: makeRecord([]),
    sources: [],
    description: { format: 1, id, pipeline: "main", created: 0, folder: working, options: makeRecord([]) },
  });
  if (!made.ok) throw new Error(made.message);
  return made.value;
}

export interface Bench {
  readonly folder: RunFolder;
  readonly events: BackendEvent[];
  readonly warnings: BackendWarning[];
  readonly backend: ReturnType<typeof createLocalBackend>;
  /** Starts one attempt and waits for its end. */
  run(task: string, parameters?: Readonly<Record<string, Value>>, start?: Partial<Start>): Promise<Outcome>;
  begin(items: readonly Start[]): void;
  /** Waits for the end of an attempt that was started. */
  ended(instance: string, attempt?: number): Promise<Outcome>;
  /** The folder of an attempt. */
  at(instance: string, attempt?: number): string;
}

/** A local backend over the tasks. */
export function makeBench(tasks: readonly PlanTask[], options: Partial<LocalOptions> = {}): Bench {
  const root = makeTestFolder();
  const plan = options.plan ?? makePlan(tasks);
  const folder =
    options.folder ?? makeRunFolder(root, plan, `main-20260101-000000-${Math.random().toString(16).slice(2, 10)}`);
  const events: BackendEvent[] = [];
  const warnings: BackendWarning[] = [];
  const waiting = new Map<string, (outcome: Outcome) => void>();
  const ends = new Map<string, Outcome>();
  const backend = createLocalBackend(
    { plan, folder, clock: systemClock(), environment: process.env, secrets: new Map(), ...options },
    {
      event: (event) => {
        events.push(event);
        if (event.type !== "attempt-ended") return;
        const name = `${event.instance}#${event.attempt}`;
        ends.set(name, event.outcome);
        waiting.get(name)?.(event.outcome);
      },
      warning: (warning) => warnings.push(warning),
    },
  );
  const ended = (instance: string, attempt = 1): Promise<Outcome> =>
    new Promise((resolve) => {
      const known = ends.get(`${instance}#${attempt}`);
      if (known === undefined) waiting.set(`${instance}#${attempt}`, resolve);
      else resolve(known);
    });
  return {
    folder,
    events,
    warnings,
    backend,
    begin: (items) => backend.start(items),
    ended,
    run: (task, parameters = {}, start = {}) => {
      const item = makeStart(task, parameters, start);
      backend.start([item]);
      return ended(item.instance, item.attempt);
    },
    at: (instance, attempt = 1) => attemptFolder(folder, instance, attempt),
  };
}

export function makeStart(
  task: string,
  parameters: Readonly<Record<string, Value>> = {},
  start: Partial<Start> = {},
): Start {
  return {
    instance: task,
    attempt: 1,
    task,
    parameters: makeRecord(Object.entries(parameters)),
    resources: {},
    ...start,
  };
}

/** Waits until a file is there with content, looking often; for what processes write. */
export async function fileAppears(file: string): Promise<string> {
  for (;;) {
    try {
      const content = fs.readFileSync(file, "utf8");
      if (content !== "") return content;
    } catch {
      // Not yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Whether a process runs (one that ended and was not collected does not). */
export function isAlive(pid: number): boolean {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "latin1");
    return !/\) [ZX]/.test(stat);
  } catch {
    return false;
  }
}

/** Waits until a process is gone. */
export async function processGone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
}

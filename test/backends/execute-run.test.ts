import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { afterAll, expect, test } from "vitest";
import { systemClock } from "../../src/backends/clock.ts";
import { type ExecuteOptions, executeRun } from "../../src/backends/execute-run.ts";
import { type JournalFile, openJournal, REAL_FILE, readJournal } from "../../src/backends/journal.ts";
import { cleanCache } from "../../src/backends/local/clean-cache.ts";
import { makeContentHasher } from "../../src/backends/local/content-hash.ts";
import { createLocalBackend, type LocalOptions } from "../../src/backends/local/local-backend.ts";
import { openResultCache } from "../../src/backends/local/result-cache.ts";
import { journalPath, listAttempts, type RunFolder, readResult } from "../../src/backends/run-folder.ts";
import type { Report } from "../../src/engine/protocol.ts";
import type { Plan, PlanTask } from "../../src/plan/plan.ts";
import { FILE, INT, listOf, NONE } from "../../src/types/type.ts";
import { makeRecord } from "../../src/types/value.ts";
import { plan as buildPlan, call, list, literal, map, ref, retry } from "../harness/plan-builder.ts";
import {
  fileAppears,
  isAlive,
  makeRunFolder,
  makeTestFolder,
  OUT,
  output,
  parameter,
  processGone,
  removeFolders,
  text,
} from "./local-harness.ts";

afterAll(removeFolders);

const clock = systemClock();
const X = { name: "x", type: INT };

/** A task of one Int parameter that `sh -c` gets as its second argument, after the path of the output. */
function worker(script: string, parts: Partial<PlanTask> = {}): PlanTask {
  return {
    id: "work",
    name: "work",
    source: "main.pipe:1:1",
    parameters: [X],
    outputs: [output(INT)],
    command: {
      form: "run",
      source: "main.pipe:1:1",
      items: [text("sh"), text("-c"), text(script), text("sh"), OUT, parameter("x", INT)],
    },
    env: [],
    resources: {},
    retries: [],
    ...parts,
  };
}

/** A map of the worker over 1 … count, whose result is the list of its results. */
function mapPlan(task: PlanTask, count: number, parts: Partial<Parameters<typeof map>[1]> = {}): Plan {
  const items = list(...Array.from({ length: count }, (_, i) => literal(i + 1)));
  const built = buildPlan({
    tasks: [task],
    body: [map("runs", { items, body: [call("work", "work", { x: ref("e") })], result: ref("work"), ...parts })],
    result: ref("runs"),
  });
  return { ...built, pipelines: built.pipelines.map((pipeline) => ({ ...pipeline, result: listOf(INT) })) };
}

interface Execution extends Partial<Omit<ExecuteOptions, "folder" | "plan">> {
  readonly local?: Partial<LocalOptions>;
}

function execute(folder: RunFolder, plan: Plan, { local = {}, ...options }: Execution = {}) {
  return executeRun({
    folder,
    plan,
    parameters: makeRecord([]),
    planHash: "hash",
    engineVersion: "test",
    clock,
    backend: (sink) =>
      createLocalBackend(
        {
          folder,
          plan,
          clock,
          environment: process.env,
          secrets: new Map(),
          capacity: { slots: 4, cpus: 64 },
          grace: 200,
          ...local,
        },
        sink,
      ),
    ...options,
  });
}

test("a run ends with its result, in the order of the list, and writes it down", async () => {
  const plan = mapPlan(worker('echo $(($2 * 10)) > "$1"'), 5);
  const folder = makeRunFolder(makeTestFolder(), plan);
  expect(await execute(folder, plan)).toEqual({
    kind: "ended",
    status: "succeeded",
    result: [10, 20, 30, 40, 50],
    failures: [],
    again: true,
  });
  expect(readResult(folder)).toMatchObject({ value: { status: "succeeded", result: [10, 20, 30, 40, 50] } });
  expect(fs.readdirSync(folder.path).filter((name) => name.startsWith("lock"))).toEqual([]);
});

test("a run that has succeeded is not run again", async () => {
  const plan = mapPlan(worker('echo once >> ran; echo "$2" > "$1"'), 2);
  const folder = makeRunFolder(makeTestFolder(), plan);
  await execute(folder, plan);
  expect(await execute(folder, plan)).toMatchObject({ kind: "ended", result: [1, 2], again: false });
  expect(fs.readFileSync(path.join(folder.description.folder, "ran"), "utf8")).toBe("once\nonce\n");
});

test("a failed attempt is tried again, and resume tries only what failed", async () => {
  const task = worker('echo "$2" >> ran; [ "$2" != 2 ] || [ -e allowed ] || exit 7; echo "$2" > "$1"', {
    retries: [retry("exit", 1, { codes: [7] })],
  });
  const plan = mapPlan(task, 3, { parallel: literal(1) });
  const folder = makeRunFolder(makeTestFolder(), plan);
  const failed = await execute(folder, plan);
  expect(failed).toMatchObject({ kind: "ended", status: "failed" });
  expect(JSON.stringify(failed)).toContain("exited with code 7");
  fs.writeFileSync(path.join(folder.description.folder, "allowed"), "");
  expect(await execute(folder, plan)).toMatchObject({ status: "succeeded", result: [1, 2, 3] });
  expect(fs.readFileSync(path.join(folder.description.folder, "ran"), "utf8")).toBe("1\n2\n2\n2\n3\n");
  const attempts = listAttempts(folder, 'runs["2"].work');
  expect(attempts.ok && attempts.value.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
});

/** Runs the plan in a driver of its own, until it is killed once the file holds the text; gives what the file held then. */
async function killDriver(folder: RunFolder, file: string, text: string): Promise<string> {
  const driver = spawn(process.execPath, [path.resolve("test/backends/driver-program.ts"), folder.path], {
    stdio: "ignore",
  });
  const died = new Promise((resolve) => driver.once("exit", resolve));
  while (!(await fileAppears(file)).includes(text)) await new Promise((resolve) => setTimeout(resolve, 5));
  const refused = await execute(folder, buildPlan({ tasks: [], body: [] }));
  expect(refused).toEqual({ kind: "refused", message: expect.stringContaining(`process ${driver.pid} on`) });
  driver.kill("SIGKILL");
  await died;
  return fs.readFileSync(file, "utf8");
}

/** Spawners and what they have left in the folder of a run. */
const spawnerFiles = (folder: RunFolder): readonly string[] =>
  fs.readdirSync(folder.path).filter((name) => name.startsWith("spawner."));

const spawnerIds = (folder: RunFolder): readonly number[] =>
  spawnerFiles(folder)
    .flatMap((name) => /^spawner\.(\d+)-\d+$/.exec(name)?.slice(1) ?? [])
    .map(Number);

// Each item says that it began, and item 3 waits for a file.
const WAITING =
  'echo "$2 $$" >> began; if [ "$2" = 3 ]; then while [ ! -e go ]; do sleep 0.01; done; fi; echo "$2" > "$1"';

test("what still runs when the driver is killed is taken over by the next, and nothing is run twice", async () => {
  const plan = mapPlan(worker(WAITING), 6, { parallel: literal(1) });
  const root = makeTestFolder();
  const folder = makeRunFolder(root, plan);
  const began = await killDriver(folder, path.join(root, "began"), "3 ");
  const orphan = Number(/^3 (\d+)$/m.exec(began)![1]);
  expect(isAlive(orphan)).toBe(true);
  const resumed = execute(folder, plan, { onBegin: () => fs.writeFileSync(path.join(root, "go"), "") });
  expect(await resumed).toMatchObject({ kind: "ended", status: "succeeded", result: [1, 2, 3, 4, 5, 6] });
  expect(isAlive(orphan)).toBe(false);
  const after = fs.readFileSync(path.join(root, "began"), "utf8");
  expect(after.replace(/ \d+/g, "")).toBe("1\n2\n3\n4\n5\n6\n");
  expect(spawnerFiles(folder)).toEqual([]);
});

test("what ended after the driver was killed is not run again, and no spawner stays", async () => {
  const plan = mapPlan(worker(WAITING), 3, { parallel: literal(1) });
  const root = makeTestFolder();
  const folder = makeRunFolder(root, plan);
  await killDriver(folder, path.join(root, "began"), "3 ");
  const spawners = spawnerIds(folder);
  expect(spawners.length).toBeGreaterThan(0);
  fs.writeFileSync(path.join(root, "go"), "");
  for (const spawner of spawners) await processGone(spawner);
  expect(spawnerFiles(folder)).toEqual([]);
  expect(await execute(folder, plan)).toMatchObject({ kind: "ended", status: "succeeded", result: [1, 2, 3] });
  expect(fs.readFileSync(path.join(root, "began"), "utf8").replace(/ \d+/g, "")).toBe("1\n2\n3\n");
});

test("an attempt that was taken over keeps its timeout, and its failure counts", async () => {
  const task = worker('echo "$2 $$" >> began; sleep 600', { timeout: literal(700) });
  const plan = mapPlan(task, 1);
  const root = makeTestFolder();
  const folder = makeRunFolder(root, plan);
  await killDriver(folder, path.join(root, "began"), "1 ");
  const resumed = await execute(folder, plan);
  expect(resumed).toMatchObject({ kind: "ended", status: "failed" });
  expect(JSON.stringify(resumed)).toContain("ran longer than its timeout of 700ms");
  expect(fs.readFileSync(path.join(root, "began"), "utf8")).toMatch(/^1 \d+\n$/);
});

test("an attempt that was taken over has its grace when the run is cancelled, also behind a shell", async () => {
  const inner = "trap 'sleep 0.05; echo saved > saved; exit 0' TERM; echo ready > ready; while :; do sleep 0.01; done";
  const plan = mapPlan(worker(`sh -c "${inner}" & echo "$$" > shell; wait`), 1);
  const root = makeTestFolder();
  const folder = makeRunFolder(root, plan);
  await killDriver(folder, path.join(root, "ready"), "ready");
  const cancel = new AbortController();
  const local = { grace: 20_000 };
  const resumed = execute(folder, plan, { cancel: cancel.signal, local, onBegin: () => cancel.abort() });
  expect(await resumed).toMatchObject({ kind: "ended", status: "cancelled" });
  expect(fs.readFileSync(path.join(root, "saved"), "utf8")).toBe("saved\n");
  expect(isAlive(Number(fs.readFileSync(path.join(root, "shell"), "utf8")))).toBe(false);
});

test("without its spawner an orphan is ended and its work done anew", async () => {
  const plan = mapPlan(worker(WAITING), 3, { parallel: literal(1) });
  const root = makeTestFolder();
  const folder = makeRunFolder(root, plan);
  const began = await killDriver(folder, path.join(root, "began"), "3 ");
  for (const spawner of spawnerIds(folder)) process.kill(spawner, "SIGKILL");
  const orphan = Number(/^3 (\d+)$/m.exec(began)![1]);
  const resumed = execute(folder, plan, { onBegin: () => fs.writeFileSync(path.join(root, "go"), "") });
  expect(await resumed).toMatchObject({ kind: "ended", status: "succeeded", result: [1, 2, 3] });
  expect(isAlive(orphan)).toBe(false);
  expect(fs.readFileSync(path.join(root, "began"), "utf8").replace(/ \d+/g, "")).toBe("1\n2\n3\n3\n");
  expect(spawnerFiles(folder)).toEqual([]);
});

test("a spawner that is killed costs no run: what it had is ended and started again, uncharged", async () => {
  const script = 'echo "$2 $$" >> began; [ -e go ] || sleep 600; echo "$2" > "$1"';
  const plan = mapPlan(worker(script), 3, { parallel: literal(1) });
  const root = makeTestFolder();
  const folder = makeRunFolder(root, plan);
  const warnings: string[] = [];
  const running = execute(folder, plan, { onWarning: ({ message }) => warnings.push(message) });
  const pid = Number((await fileAppears(path.join(root, "began"))).split(" ")[1]);
  fs.writeFileSync(path.join(root, "go"), "");
  for (const spawner of spawnerIds(folder)) process.kill(spawner, "SIGKILL");
  expect(await running).toMatchObject({ kind: "ended", status: "succeeded", result: [1, 2, 3] });
  expect(isAlive(pid)).toBe(false);
  expect(fs.readFileSync(path.join(root, "began"), "utf8").replace(/ \d+/g, "")).toBe("1\n1\n2\n3\n");
  expect(warnings).toEqual([expect.stringContaining("has died")]);
  expect(spawnerFiles(folder)).toEqual([]);
});

test("a full disk under the journal ends the run in order, and what is durable is used by the resume", async () => {
  const plan = mapPlan(
    worker('echo "$2" >> ran; echo "$2" > "$1"; [ "$2" != 9 ] || { echo $$ > pid; sleep 600; }'),
    12,
  );
  const root = makeTestFolder();
  const folder = makeRunFolder(root, plan);
  let room = 3500;
  const full: JournalFile = {
    ...REAL_FILE,
    write: (fd, bytes, offset) => {
      if (room <= 0) return Promise.reject(Object.assign(new Error("full"), { code: "ENOSPC" }));
      const part = bytes.subarray(offset, offset + room);
      room -= part.length;
      return Promise.resolve(fs.writeSync(fd, part));
    },
  };
  const stopped = await execute(folder, plan, { journalFile: full });
  expect(stopped).toEqual({
    kind: "interrupted",
    message: expect.stringMatching(/no space is left on the disk.*sluice resume main-20260101/),
  });
  const recorded = readJournal(journalPath(folder));
  const done = recorded.ok ? recorded.value.records.filter((record) => record.type === "attempt-ended").length : 0;
  expect(done).toBeGreaterThan(0);
  const before = fs.readFileSync(path.join(root, "ran"), "utf8").split("\n").length - 1;
  const quick = { ...plan, tasks: plan.tasks };
  const running = execute(folder, quick);
  const pid = Number(await fileAppears(path.join(root, "pid")));
  process.kill(pid, "SIGKILL");
  expect(await running).toMatchObject({ kind: "ended", status: "failed" });
  const after = fs.readFileSync(path.join(root, "ran"), "utf8").split("\n").length - 1;
  expect(after - before).toBeLessThanOrEqual(12 - done);
});

test("cancel gives the processes their grace, and a second request takes it away", async () => {
  const plan = mapPlan(worker("trap '' TERM; echo ready > ready; while :; do sleep 600; done"), 1);
  const folder = makeRunFolder(makeTestFolder(), plan);
  const cancel = new AbortController();
  const force = new AbortController();
  const running = execute(folder, plan, { cancel: cancel.signal, force: force.signal, local: { grace: 600_000 } });
  await fileAppears(path.join(folder.description.folder, "ready"));
  cancel.abort();
  force.abort();
  expect(await running).toMatchObject({ kind: "ended", status: "cancelled" });
  expect(readResult(folder)).toMatchObject({ value: { status: "cancelled" } });
});

test("a run cancelled before it begins starts nothing", async () => {
  const plan = mapPlan(worker("echo ran > ran"), 3);
  const folder = makeRunFolder(makeTestFolder(), plan);
  expect(await execute(folder, plan, { cancel: AbortSignal.abort() })).toMatchObject({
    kind: "ended",
    status: "cancelled",
  });
});

test("a damaged journal refuses the resume and says where", async () => {
  const plan = mapPlan(worker('echo "$2" > "$1"'), 2);
  const folder = makeRunFolder(makeTestFolder(), plan);
  await execute(folder, plan);
  const file = journalPath(folder);
  fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace("run-started", "run-storted"));
  expect(await execute(folder, plan)).toEqual({
    kind: "refused",
    message: expect.stringContaining(`\`${file}\`, line 1`),
  });
});

test("a batch shares one slot", async () => {
  const script = '[ ! -e busy ] || echo two >> clash; : > busy; rm busy; echo "$2" > "$1"';
  const plan = mapPlan(worker(script), 6, { batch: 6 });
  const folder = makeRunFolder(makeTestFolder(), plan);
  expect(await execute(folder, plan)).toMatchObject({ status: "succeeded", result: [1, 2, 3, 4, 5, 6] });
  expect(fs.existsSync(path.join(folder.description.folder, "clash"))).toBe(false);
});

test("a kept result is used by a later run while its inputs hold the same, and outlives the run that made it", async () => {
  const root = makeTestFolder();
  const task: PlanTask = {
    ...worker(""),
    parameters: [{ name: "f", type: FILE }],
    outputs: [output(FILE)],
    cache: { version: "1" },
    command: {
      form: "run",
      source: "main.pipe:1:1",
      items: [text("sh"), text("-c"), text('echo ran >> ran; cp "$2" "$1"'), text("sh"), OUT, parameter("f", FILE)],
    },
  };
  const plan = buildPlan({
    tasks: [task],
    body: [call("copy", "work", { f: literal("in.txt") })],
    result: ref("copy"),
  });
  const typed = { ...plan, pipelines: plan.pipelines.map((pipeline) => ({ ...pipeline, result: FILE })) };
  const input = path.join(root, "in.txt");
  const runs = () => fs.readFileSync(path.join(root, "ran"), "utf8").trim().split("\n").length;
  const run = async (id: string) => {
    const folder = makeRunFolder(root, typed, id);
    const reports: Report[] = [];
    const cache = openResultCache({
      plan: typed,
      run: id,
      folder: path.join(root, ".sluice/cache"),
      inputs: root,
      hash: makeContentHasher(),
    });
    const warnings: string[] = [];
    const executed = await execute(folder, typed, {
      local: { cache },
      onReport: (report) => reports.push(report),
      onWarning: ({ message }) => warnings.push(message),
    });
    if (executed.kind !== "ended") throw new Error(executed.message);
    const succeeded = reports.find((report) => report.type === "instance-succeeded");
    const from = succeeded?.type === "instance-succeeded" ? succeeded.cachedFrom : undefined;
    return { folder, from, warnings, content: fs.readFileSync(executed.result as string, "utf8") };
  };
  fs.writeFileSync(input, "one");
  const first = await run("main-1");
  expect(first).toMatchObject({ from: undefined, content: "one" });
  fs.rmSync(first.folder.path, { recursive: true });
  expect(await run("main-2")).toMatchObject({ from: "main-1", content: "one", warnings: [] });
  expect(runs()).toBe(1);
  fs.writeFileSync(input, "two");
  expect(await run("main-3")).toMatchObject({ from: undefined, content: "two" });
  expect(runs()).toBe(2);
  for (const name of fs.readdirSync(path.join(root, ".sluice/cache"))) {
    if (name.endsWith(".json")) fs.writeFileSync(path.join(root, ".sluice/cache", name), "{");
  }
  expect(await run("main-4")).toMatchObject({
    from: undefined,
    content: "two",
    warnings: [expect.stringContaining("is damaged")],
  });
  expect(await run("main-5")).toMatchObject({ from: "main-4", content: "two" });
  // The files of the entry that was damaged have gone with it.
  expect(fs.readdirSync(path.join(root, ".sluice/cache")).filter((name) => /main-3.*\.files$/.test(name))).toEqual([]);
  expect(cleanCache(root, Date.now() - 60_000)).toEqual({ ok: true, value: { removed: 0 } });
  expect(await run("main-6")).toMatchObject({ from: "main-4" });
  expect(cleanCache(root)).toMatchObject({ ok: true });
  expect(fs.readdirSync(path.join(root, ".sluice/cache"))).toEqual([]);
  expect(await run("main-7")).toMatchObject({ from: undefined });
});

test("a run without calls ends by itself", async () => {
  const plan = { ...buildPlan({ tasks: [], body: [] }) };
  const typed = { ...plan, pipelines: plan.pipelines.map((pipeline) => ({ ...pipeline, result: NONE })) };
  const folder = makeRunFolder(makeTestFolder(), typed);
  expect(await execute(folder, typed)).toMatchObject({ status: "succeeded", result: null });
});

test("a journal holds no secret", async () => {
  const task = worker('echo "$TOKEN"; echo "$2" > "$1"; exit "$2"', { env: [{ name: "TOKEN", secret: "token" }] });
  const plan = { ...mapPlan(task, 2), secrets: [{ name: "token", object: "o", key: "k" }] };
  const folder = makeRunFolder(makeTestFolder(), plan);
  await execute(folder, plan, { local: { secrets: new Map([["token", "hunter2secret"]]) } });
  const opened = openJournal(journalPath(folder));
  expect(opened.ok && opened.value.records.length).toBeGreaterThan(5);
  if (opened.ok) opened.value.journal.close();
  const journal = fs.readFileSync(journalPath(folder), "utf8");
  expect(journal).toContain("***");
  expect(journal).not.toContain("hunter2");
});

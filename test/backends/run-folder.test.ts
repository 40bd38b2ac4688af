import * as fs from "node:fs";
import * as path from "node:path";
import { afterAll, expect, test } from "vitest";
import { systemClock } from "../../src/backends/clock.ts";
import { findRun, listRuns, removeRun, summarizeRun } from "../../src/backends/find-runs.ts";
import { openJournal } from "../../src/backends/journal.ts";
import {
  createRunFolder,
  instanceFolderName,
  journalPath,
  listAttempts,
  loadRun,
  makeRunId,
  openRunFolder,
  readResult,
  writeResult,
} from "../../src/backends/run-folder.ts";
import { lockRun } from "../../src/backends/run-lock.ts";
import { makeRecord } from "../../src/types/value.ts";
import { makePlan, makeRunFolder, makeTask, makeTestFolder, removeFolders } from "./local-harness.ts";

afterAll(removeFolders);

const clock = systemClock();
const plan = makePlan([makeTask({ id: "t" })]);

test("run ids are the pipeline, the time and a few random digits", () => {
  expect(makeRunId("hp_sweep", Date.UTC(2026, 10, 24, 3, 16, 54, 999), 0x7f3a)).toBe("hp-sweep-20261124-031654-7f3a");
  expect(makeRunId("A", 0, 3)).toBe("a-19700101-000000-0003");
});

test("a run's folder holds all that a resume needs", () => {
  const root = makeTestFolder();
  const parameters = makeRecord([["__proto__", makeRecord([["x", 1]])]]);
  const made = createRunFolder({
    root,
    plan,
    parameters,
    sources: [
      { path: "main.pipe", text: "pipeline" },
      { path: "lib/tasks.pipe", text: "task" },
      { path: "../shared.pipe", text: "shared" },
    ],
    description: {
      format: 1,
      id: "a-1",
      pipeline: "a",
      created: 5,
      folder: "/work",
      options: makeRecord([["cpus", 2]]),
    },
  });
  expect(made).toMatchObject({ ok: true, value: { path: path.join(root, ".sluice/runs/a-1") } });
  const opened = openRunFolder(root, "a-1");
  if (!opened.ok) throw new Error(opened.message);
  expect(opened.value.description).toMatchObject({ id: "a-1", created: 5, folder: "/work", options: { cpus: 2 } });
  const loaded = loadRun(opened.value);
  expect(loaded).toMatchObject({ ok: true, value: { plan: { tasks: [{ id: "t" }] } } });
  expect(loaded.ok && Object.keys(loaded.value.parameters)).toEqual(["__proto__"]);
  expect(fs.readFileSync(path.join(opened.value.path, "sources/lib/tasks.pipe"), "utf8")).toBe("task");
  expect(fs.readFileSync(path.join(opened.value.path, "sources/shared.pipe"), "utf8")).toBe("shared");
  expect(fs.readFileSync(path.join(root, ".sluice/.gitignore"), "utf8")).toBe("*\n");
});

test("two runs never share a folder", () => {
  const root = makeTestFolder();
  makeRunFolder(root, plan, "a-1");
  expect(() => makeRunFolder(root, plan, "a-1")).toThrow(/exists already|not empty/);
  expect(listRuns(root)).toMatchObject({ value: [{ description: { id: "a-1" } }] });
});

test("instance folders are short, safe and different for different ids", () => {
  const ids = [
    "discover",
    'runs["a1"].train',
    'runs["A1"].train',
    'runs["a/1"].train',
    'runs["a\\"1"].train',
    'runs["a\\n1"].train',
    'runs["😀"].train',
    'runs["-x"].train',
    `runs["${"k".repeat(300)}"].train`,
    `runs["${"k".repeat(301)}"].train`,
    'runs["../../etc"].train',
  ];
  const names = ids.map(instanceFolderName);
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(ids.length);
  for (const name of names) expect(name).toMatch(/^[a-z0-9][a-z0-9-]{0,99}$/);
  expect(names[1]).toMatch(/^runs-a1-train-[0-9a-f]{16}$/);
});

test("the attempts of an instance are listed in order with their logs", () => {
  const folder = makeRunFolder(makeTestFolder(), plan);
  const at = path.join(folder.path, "work", instanceFolderName("t"));
  for (const attempt of [10, 9, 1]) fs.mkdirSync(path.join(at, `attempt-${attempt}`), { recursive: true });
  const attempts = listAttempts(folder, "t");
  expect(attempts.ok && attempts.value.map(({ attempt }) => attempt)).toEqual([1, 9, 10]);
  expect(attempts.ok && attempts.value[0]!.log).toBe(path.join(at, "attempt-1", "output.log"));
  expect(listAttempts(folder, "other")).toEqual({ ok: true, value: [] });
});

test("runs are found by latest, id, and the beginning of one id", () => {
  const root = makeTestFolder();
  expect(findRun(root, "latest")).toMatchObject({ ok: false, message: expect.stringContaining("there are no runs") });
  for (const [id, created] of [
    ["b-1", 1],
    ["a-22", 3],
    ["a-2", 2],
  ] as const) {
    const made = createRunFolder({
      root,
      plan,
      parameters: makeRecord([]),
      sources: [],
      description: { format: 1, id, pipeline: "p", created, folder: root, options: makeRecord([]) },
    });
    expect(made.ok).toBe(true);
  }
  const id = (wanted: string) => {
    const found = findRun(root, wanted);
    return found.ok ? found.value.description.id : found.message;
  };
  expect(id("latest")).toBe("a-22");
  expect(id("a-2")).toBe("a-2");
  expect(id("b")).toBe("b-1");
  expect(id("a")).toBe("2 runs begin with `a`: `a-2`, `a-22`");
  expect(id("zz")).toBe("no run begins with `zz`; the latest are `b-1`, `a-2`, `a-22`");
});

test("a run is running while it is locked, then interrupted, then as it ended", async () => {
  const folder = makeRunFolder(makeTestFolder(), plan);
  const state = () => {
    const summary = summarizeRun(folder);
    return summary.ok ? summary.value.state : summary.message;
  };
  expect(state()).toBe("interrupted");
  const lock = await lockRun(folder.path, clock);
  expect(state()).toBe("running");
  if (lock.ok) lock.value.release();
  const opened = openJournal(journalPath(folder));
  if (!opened.ok) throw new Error(opened.message);
  await opened.value.journal.append([{ type: "run-ended", status: "failed", failures: [], time: 9 }]);
  opened.value.journal.close();
  expect(state()).toBe("failed");
  writeResult(folder, { status: "cancelled", result: null, failures: [], ended: 10 });
  expect(state()).toBe("cancelled");
  expect(readResult(folder)).toMatchObject({ value: { ended: 10 } });
});

test("a run is removed with all its files, but not while it is driven", async () => {
  const root = makeTestFolder();
  const folder = makeRunFolder(root, plan);
  const lock = await lockRun(folder.path, clock);
  expect(await removeRun(folder, clock)).toMatchObject({
    ok: false,
    message: expect.stringContaining("is not removed"),
  });
  if (lock.ok) lock.value.release();
  expect(await removeRun(folder, clock)).toEqual({ ok: true, value: null });
  expect(fs.readdirSync(path.join(root, ".sluice/runs"))).toEqual([]);
});

test("what is not a run, or of another version, is said in words", () => {
  const root = makeTestFolder();
  expect(openRunFolder(root, "x")).toMatchObject({ ok: false, message: expect.stringContaining("does not exist") });
  const folder = makeRunFolder(root, plan, "x");
  fs.writeFileSync(path.join(folder.path, "plan.json"), "{");
  expect(loadRun(folder)).toMatchObject({ ok: false, message: expect.stringContaining("is damaged") });
  fs.writeFileSync(path.join(folder.path, "plan.json"), '{"version": 99}');
  expect(loadRun(folder)).toMatchObject({ ok: false, message: expect.stringContaining("another version") });
  fs.writeFileSync(path.join(folder.path, "run.json"), '{"format": 99}');
  expect(openRunFolder(root, "x")).toMatchObject({ ok: false, message: expect.stringContaining("another version") });
});

test("a place where nothing can be written is said in words", () => {
  const root = makeTestFolder();
  fs.writeFileSync(path.join(root, ".sluice"), "a file");
  expect(() => makeRunFolder(root, plan)).toThrow(
    /cannot make the run's folder .*: (a part of the path is a file|it exists already)/,
  );
});

test("a run is not put among the files of the system", () => {
  for (const root of ["/proc", "/proc/self/fd", "/sys/fs"]) {
    const made = createRunFolder({
      root,
      plan: makePlan([]),
      parameters: makeRecord([]),
      sources: [],
      description: { format: 1, id: "x", pipeline: "main", created: 0, folder: root, options: makeRecord([]) },
    });
    expect(made).toEqual({ ok: false, message: expect.stringContaining("holds no files of users") });
  }
});

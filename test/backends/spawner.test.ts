import * as fs from "node:fs";
import * as path from "node:path";
import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import {
  encodeMessage,
  makeLineReader,
  parseExit,
  parseOrphans,
  parseRegistration,
  parseReport,
} from "../../src/backends/local/spawn-protocol.ts";
import { readProcessStatus } from "../../src/backends/process-identity.ts";
import type { RunFolder } from "../../src/backends/run-folder.ts";
import {
  fileAppears,
  isAlive,
  makeBench,
  makePlan,
  makeStart,
  processGone,
  removeFolders,
  shell,
} from "./local-harness.ts";

afterAll(removeFolders);

function findSpawners(folder: RunFolder): readonly number[] {
  const names = fs.readdirSync(folder.path).filter((name) => /^spawner\.\d+-\d+$/.test(name));
  return names.map((name) => Number(/\d+/.exec(name)![0]));
}

test("a spawner starts with the first attempt, stands in a group of its own, and is gone after the close", async () => {
  const bench = makeBench([shell("quick", "true")]);
  expect(findSpawners(bench.folder)).toEqual([]);
  await bench.run("quick");
  const [pid = 0, ...more] = findSpawners(bench.folder);
  expect(more).toEqual([]);
  expect(readProcessStatus(pid)?.group).toBe(pid);
  await bench.backend.close();
  expect(isAlive(pid)).toBe(false);
  expect(findSpawners(bench.folder)).toEqual([]);
});

test("a secret reaches the process that asks for it, and neither files nor what other processes can see", async () => {
  const secret = "hunter2secret";
  // biome-ignore lint/suspicious/noTemplateCurlyInString: of the shell
  const task = shell("ask", 'echo "${#TOKEN}" > length; while [ ! -e go ]; do sleep 0.01; done', {
    env: [{ name: "TOKEN", secret: "token" }],
  });
  const bench = makeBench([task], {
    plan: makePlan([task], { secrets: [{ name: "token", object: "o", key: "k" }] }),
    secrets: new Map([["token", secret]]),
    environment: { ...process.env, SLUICE_SECRET_TOKEN: secret },
  });
  const at = bench.folder.description.folder;
  bench.begin([makeStart("ask")]);
  expect(await fileAppears(path.join(at, "length"))).toBe(`${secret.length}\n`);
  for (const pid of findSpawners(bench.folder)) {
    const seen = ["environ", "cmdline"].map((name) => fs.readFileSync(`/proc/${pid}/${name}`, "utf8"));
    expect(seen.join()).not.toContain(secret);
  }
  for (const entry of fs.readdirSync(at, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) expect(fs.readFileSync(path.join(entry.parentPath, entry.name), "utf8")).not.toContain(secret);
  }
  fs.writeFileSync(path.join(at, "go"), "");
  expect(await bench.ended("ask")).toEqual({ ok: true, value: null });
  await bench.backend.close();
});

test("when spawners die again and again tasks are started without one", async () => {
  const bench = makeBench([shell("long", 'echo $$ > "pid$SLUICE_ATTEMPT"; sleep 600'), shell("quick", "true")]);
  for (let attempt = 1; attempt <= 4; attempt++) {
    bench.begin([makeStart("long", {}, { attempt })]);
    const pid = Number(await fileAppears(path.join(bench.folder.description.folder, `pid${attempt}`)));
    for (const spawner of findSpawners(bench.folder)) process.kill(spawner, "SIGKILL");
    expect(await bench.ended("long", attempt)).toEqual({ ok: false, cause: "lost" });
    await processGone(pid);
  }
  expect(await bench.run("quick")).toEqual({ ok: true, value: null });
  expect(findSpawners(bench.folder)).toEqual([]);
  expect(bench.warnings.map(({ message }) => message)).toEqual([
    expect.stringContaining("its tasks are started again"),
    expect.stringContaining("tasks are started without it"),
  ]);
  await bench.backend.close();
});

test("messages arrive whole, however their bytes are cut", () => {
  const text = fc.string({ unit: "binary", maxLength: 20 });
  fc.assert(
    fc.property(fc.array(text, { maxLength: 6 }), fc.integer({ min: 1, max: 7 }), (codes, size) => {
      const reports = codes.map((code, id) => ({ type: "failed", id, code, log: false }) as const);
      const sent = reports.map(encodeMessage).join("");
      const heard: unknown[] = [];
      const read = makeLineReader((line) => heard.push(parseReport(line)));
      for (let start = 0; start < sent.length; start += size) read(sent.slice(start, start + size));
      expect(heard).toEqual(reports);
    }),
  );
});

test("what is cut short or of another shape is nothing", () => {
  const note = { task: "t" };
  const whole: readonly (readonly [(text: string) => unknown, unknown])[] = [
    [parseReport, { type: "ended", id: 3, code: 0, signal: null }],
    [parseExit, { code: null, signal: "SIGTERM", stopped: true, note }],
    [parseOrphans, { orphans: [{ at: "/x", pid: 4, start: "5", began: 6, note }] }],
    [parseRegistration, { pid: 1, start: "2", boot: "b", host: "h" }],
  ];
  for (const [parse, value] of whole) {
    const text = JSON.stringify(value);
    expect(parse(text)).toBeDefined();
    for (let length = 0; length < text.length; length++) expect(parse(text.slice(0, length))).toBeUndefined();
    for (const other of ["null", "[]", "1", "{}", text.replace(/\d/, '"x"').replace("null", "[]")])
      expect(other === text ? undefined : parse(other)).toBeUndefined();
  }
});

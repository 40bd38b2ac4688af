import { spawn } from "node:child_process";
import * as fs from "node:fs";
import { hostname } from "node:os";
import * as path from "node:path";
import { afterAll, expect, test } from "vitest";
import { systemClock } from "../../src/backends/clock.ts";
import { bootId, identifyProcess } from "../../src/backends/process-identity.ts";
import { findLockHolder, lockRun } from "../../src/backends/run-lock.ts";
import { makeTestFolder, removeFolders } from "./local-harness.ts";

afterAll(removeFolders);

const clock = systemClock();

/** Runs a process that tries to take the lock of each folder, says what came of it, and keeps what it has until its input ends. */
function startDriver(folders: readonly string[]) {
  const source = path.resolve("src/backends");
  const program = `
    const { lockRun } = await import(${JSON.stringify(`${source}/run-lock.ts`)});
    const { systemClock } = await import(${JSON.stringify(`${source}/clock.ts`)});
    process.stdout.write("ready\\n");
    process.stdin.once("data", async () => {
      const results = [];
      for (const folder of ${JSON.stringify(folders)}) results.push(await lockRun(folder, systemClock()));
      process.stdout.write(JSON.stringify(results.map((r) => (r.ok ? "held" : r.message))) + "\\n");
    });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["pipe", "pipe", "inherit"] });
  const lines: string[] = [];
  const wanted: ((line: string) => void)[] = [];
  let rest = "";
  child.stdout.on("data", (chunk) => {
    const parts = (rest + String(chunk)).split("\n");
    rest = parts.pop() ?? "";
    for (const line of parts) (wanted.shift() ?? ((late) => lines.push(late)))(line);
  });
  return {
    pid: child.pid!,
    line: () => new Promise<string>((resolve) => (lines.length > 0 ? resolve(lines.shift()!) : wanted.push(resolve))),
    go: () => child.stdin.write("go\n"),
    kill: () =>
      new Promise<void>((resolve) => {
        child.once("exit", () => resolve());
        child.kill("SIGKILL");
      }),
  };
}

test("a run is held by one driver, released, and held again", async () => {
  const folder = makeTestFolder();
  const first = await lockRun(folder, clock);
  expect(first.ok).toBe(true);
  expect(await lockRun(folder, clock)).toEqual({ ok: false, message: expect.stringContaining("this process") });
  expect(findLockHolder(folder)).toMatchObject({ value: { pid: process.pid, held: true } });
  if (first.ok) first.value.release();
  expect(findLockHolder(folder)).toEqual({ ok: true, value: undefined });
  expect(fs.readdirSync(folder)).toEqual([]);
  expect((await lockRun(folder, clock)).ok).toBe(true);
});

test("of several drivers at once exactly one gets each run, and the others are told who", async () => {
  const folders = Array.from({ length: 40 }, makeTestFolder);
  const drivers = [startDriver(folders), startDriver(folders), startDriver(folders)];
  for (const driver of drivers) await driver.line();
  for (const driver of drivers) driver.go();
  const results = await Promise.all(drivers.map(async (driver) => JSON.parse(await driver.line()) as string[]));
  for (let i = 0; i < folders.length; i++) {
    const outcomes = results.map((result) => result[i]!);
    expect(outcomes.filter((outcome) => outcome === "held")).toHaveLength(1);
    const holder = drivers[outcomes.indexOf("held")]!.pid;
    for (const outcome of outcomes) if (outcome !== "held") expect(outcome).toMatch(/driven by process \d+ on /);
    expect(findLockHolder(folders[i]!)).toMatchObject({ value: { pid: holder } });
  }
  await Promise.all(drivers.map((driver) => driver.kill()));
});

test("the lock of a killed driver is taken over", async () => {
  const folder = makeTestFolder();
  const driver = startDriver([folder]);
  await driver.line();
  driver.go();
  expect(await driver.line()).toBe('["held"]');
  expect(await lockRun(folder, clock)).toEqual({
    ok: false,
    message: expect.stringContaining(`this run is being driven by process ${driver.pid} on ${hostname()} since`),
  });
  await driver.kill();
  expect(findLockHolder(folder)).toEqual({ ok: true, value: undefined });
  const taken = await lockRun(folder, clock);
  expect(taken.ok).toBe(true);
  expect(fs.readdirSync(folder)).toHaveLength(1);
});

test("a lock with a process number that was given to another process is stale", async () => {
  const self = identifyProcess(process.pid)!;
  for (const other of [{ start: "1" }, { boot: "another boot" }]) {
    const folder = makeTestFolder();
    fs.writeFileSync(path.join(folder, "lock.1-1"), JSON.stringify({ ...self, since: 0, held: true, ...other }));
    expect((await lockRun(folder, clock)).ok).toBe(true);
  }
});

test("a lock that is not whole is stale", async () => {
  const folder = makeTestFolder();
  fs.writeFileSync(path.join(folder, "lock.1-1"), "");
  expect((await lockRun(folder, clock)).ok).toBe(true);
});

test("a driver on another host is believed, and the message says what to do", async () => {
  const folder = makeTestFolder();
  const file = path.join(folder, "lock.7-7");
  fs.writeFileSync(
    file,
    JSON.stringify({ pid: 7, start: "7", boot: bootId(), host: "elsewhere", since: 0, held: true }),
  );
  expect(await lockRun(folder, clock)).toEqual({
    ok: false,
    message: expect.stringContaining(
      `on elsewhere since 1970-01-01T00:00:00.000Z; if that process is gone, remove \`${file}\``,
    ),
  });
  expect(fs.readdirSync(folder)).toEqual(["lock.7-7"]);
});

test("a folder that is not there is an error in words", async () => {
  expect(await lockRun("/nowhere/at/all", clock)).toMatchObject({
    ok: false,
    message: expect.stringContaining("does not exist"),
  });
});

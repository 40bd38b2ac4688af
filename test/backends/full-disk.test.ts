// Disks that are full or read-only, made by mounting small ones; without the right to mount these tests are left out.
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { afterAll, expect, test } from "vitest";
import { systemClock } from "../../src/backends/clock.ts";
import { type Executed, executeRun } from "../../src/backends/execute-run.ts";
import { readJournal } from "../../src/backends/journal.ts";
import { createLocalBackend } from "../../src/backends/local/local-backend.ts";
import { createRunFolder, journalPath, type RunFolder } from "../../src/backends/run-folder.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { INT, listOf, STRING } from "../../src/types/type.ts";
import { makeRecord } from "../../src/types/value.ts";
import { plan as buildPlan, call, list, literal, map, ref } from "../harness/plan-builder.ts";
import {
  makePlan,
  makeRunFolder,
  makeTask,
  makeTestFolder,
  OUT,
  output,
  parameter,
  removeFolders,
  text,
} from "./local-harness.ts";

const mounts: string[] = [];

function system(command: string, folder: string): void {
  execFileSync("sh", ["-c", `${command} "$1"`, "sh", folder], { stdio: "pipe" });
}

function unmount(): void {
  for (const folder of mounts.splice(0)) system("umount -l", folder);
}

afterAll(() => {
  unmount();
  removeFolders();
});

/** An empty disk of so many KiB. */
function mountDisk(size: number): string {
  const folder = makeTestFolder();
  system(`mount -t tmpfs -o size=${size}k tmpfs`, folder);
  mounts.push(folder);
  return folder;
}

function canMount(): boolean {
  try {
    mountDisk(64);
    unmount();
    return true;
  } catch {
    console.warn("cannot mount: the tests of full and read-only disks are left out");
    return false;
  }
}

const able = canMount();

function execute(folder: RunFolder, plan: Plan): Promise<Executed> {
  const clock = systemClock();
  return executeRun({
    folder,
    plan,
    parameters: makeRecord([]),
    planHash: "hash",
    engineVersion: "test",
    clock,
    backend: (sink) =>
      createLocalBackend({ folder, plan, clock, environment: process.env, secrets: new Map(), grace: 200 }, sink),
  });
}

test.skipIf(!able)(
  "a run on a full disk ends with one message, keeps what it has, and goes on when there is room",
  async () => {
    const disk = mountDisk(1024);
    const elsewhere = makeTestFolder();
    // Item 3 has a result that finds no room in the journal, because it has filled the disk by then.
    const script = `echo "$2" >> "${elsewhere}/ran"
    if [ "$2" = 3 ]; then head -c 20000 /dev/zero | tr '\\0' x > "$1"; [ -e "${elsewhere}/room" ] || cat /dev/zero > filler; else echo "$2" > "$1"; fi
    true`;
    const task = makeTask({
      id: "work",
      parameters: [{ name: "x", type: INT }],
      outputs: [output(STRING)],
      command: {
        form: "run",
        source: "main.pipe:1:1",
        items: [text("sh"), text("-c"), text(script), text("sh"), OUT, parameter("x", INT)],
      },
    });
    const items = list(...[1, 2, 3, 4].map(literal));
    const built = buildPlan({
      tasks: [task],
      body: [
        map("runs", {
          items,
          parallel: literal(1),
          body: [call("work", "work", { x: ref("e") })],
          result: ref("work"),
        }),
      ],
      result: ref("runs"),
    });
    const plan = { ...built, pipelines: built.pipelines.map((pipeline) => ({ ...pipeline, result: listOf(STRING) })) };
    const folder = makeRunFolder(disk, plan);
    expect(await execute(folder, plan)).toEqual({
      kind: "interrupted",
      message: expect.stringMatching(
        /^cannot write the journal .*: no space is left on the disk; .*sluice resume main-/,
      ),
    });
    const recorded = readJournal(journalPath(folder));
    const ended = recorded.ok ? recorded.value.records.filter(({ type }) => type === "attempt-ended") : [];
    expect(ended).toHaveLength(2);
    fs.writeFileSync(path.join(elsewhere, "room"), "");
    fs.rmSync(path.join(disk, "filler"));
    const resumed = await execute(folder, plan);
    expect(resumed).toMatchObject({ kind: "ended", status: "succeeded", result: ["1", "2", "x".repeat(20_000), "4"] });
    expect(fs.readFileSync(path.join(elsewhere, "ran"), "utf8")).toMatch(/^1\n2\n3\n(3\n)?4\n$/);
  },
);

test.skipIf(!able)("a run on a disk that became read-only is refused with its reason", async () => {
  const disk = mountDisk(1024);
  const plan = makePlan([]);
  const folder = makeRunFolder(disk, plan);
  system("mount -o remount,ro", disk);
  const readOnly = expect.stringContaining("the file system is read-only");
  expect(await execute(folder, plan)).toEqual({ kind: "refused", message: readOnly });
  const description = { ...folder.description, id: "another" };
  expect(createRunFolder({ root: disk, plan, parameters: makeRecord([]), sources: [], description })).toMatchObject({
    ok: false,
    message: readOnly,
  });
});

// The local backend against the bare cost of starting processes: a map of many items over `true`, with the journal on disk, and the same
// number of processes from a loop that does nothing else. Run with `node bench/local.ts [items] [slots]`.
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { systemClock } from "../src/backends/clock.ts";
import { executeRun } from "../src/backends/execute-run.ts";
import { createLocalBackend } from "../src/backends/local/local-backend.ts";
import { createRunFolder } from "../src/backends/run-folder.ts";
import { INT, STRING } from "../src/types/type.ts";
import { makeRecord } from "../src/types/value.ts";
import { plan as buildPlan, call, literal, map, ref, task } from "../test/harness/plan-builder.ts";

const [items = 10_000, slots = 8] = process.argv.slice(2).map(Number);

async function bare(): Promise<number> {
  const begun = performance.now();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next++ < items) {
      await new Promise((resolve) => spawn("true", [], { stdio: "ignore", detached: true }).once("exit", resolve));
    }
  };
  await Promise.all(Array.from({ length: slots }, lane));
  return performance.now() - begun;
}

async function run(again: boolean, root: string): Promise<number> {
  const work = task("work", {
    parameters: { x: INT },
    outputs: [],
    command: { form: "run", items: [{ value: literal("true"), type: STRING }], source: "bench" },
  });
  const plan = buildPlan({
    tasks: [work],
    body: [
      map("runs", {
        items: literal(Array.from({ length: items }, (_, i) => i)),
        max: literal(items),
        body: [call("work", "work", { x: ref("e") })],
        type: { kind: "none" },
      }),
    ],
  });
  const clock = systemClock();
  const description = {
    format: 1,
    id: "bench",
    pipeline: "main",
    created: 0,
    folder: root,
    options: makeRecord([]),
  } as const;
  const made = again
    ? undefined
    : createRunFolder({ root, plan, parameters: makeRecord([]), sources: [], description });
  if (made?.ok === false) throw new Error(made.message);
  const folder = made?.value ?? { path: path.join(root, ".sluice", "runs", "bench"), description };
  const begun = performance.now();
  const executed = await executeRun({
    folder,
    plan,
    parameters: makeRecord([]),
    // Another hash, so that a finished run is gone through once more.
    planHash: again ? "again" : "first",
    engineVersion: "bench",
    clock,
    backend: (sink) =>
      createLocalBackend(
        { folder, plan, clock, environment: process.env, secrets: new Map(), capacity: { slots, cpus: slots } },
        sink,
      ),
  });
  if (executed.kind !== "ended" || executed.status !== "succeeded")
    throw new Error(JSON.stringify(executed).slice(0, 500));
  return performance.now() - begun;
}

const root = fs.mkdtempSync(path.join(tmpdir(), "sluice-bench-"));
try {
  const loop = await bare();
  const first = await run(false, root);
  const resumed = await run(true, root);
  console.log(`${items} items, ${slots} at once`);
  console.log(`bare loop  ${loop.toFixed(0)} ms`);
  console.log(`run        ${first.toFixed(0)} ms, ${(first / loop).toFixed(2)} times the bare loop`);
  console.log(`resume     ${resumed.toFixed(0)} ms, nothing to do`);
} finally {
  fs.rmSync(root, { recursive: true, force: true });
}

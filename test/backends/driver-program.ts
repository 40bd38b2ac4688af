// A driver in a process of its own, to be killed by a test: drives the run whose folder is given on the command line.
import * as path from "node:path";
import { systemClock } from "../../src/backends/clock.ts";
import { executeRun } from "../../src/backends/execute-run.ts";
import { createLocalBackend } from "../../src/backends/local/local-backend.ts";
import { loadRun, openRunFolder } from "../../src/backends/run-folder.ts";

const [target = ""] = process.argv.slice(2);
const opened = openRunFolder(path.resolve(target, "../../.."), path.basename(target));
if (!opened.ok) throw new Error(opened.message);
const folder = opened.value;
const loaded = loadRun(folder);
if (!loaded.ok) throw new Error(loaded.message);
const { plan, parameters } = loaded.value;
const clock = systemClock();
const executed = await executeRun({
  folder,
  plan,
  parameters,
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
      },
      sink,
    ),
});
process.stdout.write(`${JSON.stringify(executed)}\n`);

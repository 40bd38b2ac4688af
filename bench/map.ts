// A map of 10,000 items over a process that does nothing, against a bare Node loop that spawns the same process at the same concurrency; then
// how long it takes to resume that run when it is complete.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { measure, measureMemory, megabytes, report, sluice } from "./measure.ts";

const ITEMS = 10_000;
const folder = mkdtempSync(join(tmpdir(), "sluice-bench-"));
writeFileSync(
  join(folder, "main.pipe"),
  `task nothing(i: Int) { image "busybox:1.36" run ["/bin/true"] }\npipeline main(n: Int = ${ITEMS}) { do map i in range(n) max 100000 { do nothing(i) } }\n`,
);
const concurrency = availableParallelism();

async function bare(): Promise<number> {
  const start = performance.now();
  let started = 0;
  await new Promise<void>((resolve) => {
    let running = 0;
    const next = (): void => {
      if (started === ITEMS) {
        if (running === 0) resolve();
        return;
      }
      started++;
      running++;
      spawn("/bin/true", { stdio: "ignore", detached: true }).on("close", () => {
        running--;
        next();
      });
    };
    for (let at = 0; at < concurrency; at++) next();
  });
  return performance.now() - start;
}

const ratios: { ratio: number; run: number }[] = [];
for (let at = 0; at < 3; at++) {
  const loop = await bare();
  const run = measure([sluice, "run", "main.pipe", "--quiet", "--name", `bench-${at}`], { cwd: folder });
  ratios.push({ ratio: run.wall / loop, run: run.wall });
}
const middle = ratios.toSorted((a, b) => a.ratio - b.ratio)[1]!;
report(
  `map of ${ITEMS} items against a bare spawn loop (${concurrency} at once)`,
  `${middle.ratio.toFixed(2)} x (${(middle.run / 1000).toFixed(1)} s)`,
  "1.5 x",
  middle.ratio <= 1.5,
);

const whole = measureMemory([sluice, "run", "main.pipe", "--quiet", "--name", "bench-whole"], { cwd: folder });
const tenth = measureMemory([sluice, "run", "main.pipe", "--quiet", "--name", "bench-tenth", "-p", `n=${ITEMS / 10}`], {
  cwd: folder,
});
const perItem = (whole - tenth) / (ITEMS * 0.9);
report(
  "its peak memory, and bytes an item above a tenth of the items",
  `${megabytes(whole)}, ${Math.max(0, Math.round(perItem))} B`,
  "4,000 B an item",
  perItem < 4000,
);

const resumed = [1, 2, 3]
  .map(() => measure([sluice, "resume", "bench-0"], { cwd: folder }).wall)
  .toSorted((a, b) => a - b)[1]!;
report("resuming that run when it is complete", `${resumed.toFixed(0)} ms`, "500 ms", resumed < 500);
rmSync(folder, { recursive: true, force: true });

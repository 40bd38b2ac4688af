// How long the compiler takes as a whole process, as multiples of a Node that does nothing.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateSource } from "./generate-source.ts";
import { measure, measureMemory, measurePair, median, megabytes, report, root, sluice } from "./measure.ts";

const small = join(root, "examples", "iris", "main.pipe");
const cold = measurePair([sluice, "check", small], ["-e", "0"], 15);
const ratio = cold.a.wall / cold.b.wall;
report(
  "check of a small file, cold, against `node -e 0`",
  `${ratio.toFixed(2)} x (${cold.a.wall.toFixed(0)} ms)`,
  "2.5 x",
  ratio <= 2.5,
);

const folder = mkdtempSync(join(tmpdir(), "sluice-bench-"));
const [thousand, tenThousand] = [1_000, 10_000].map((count) => {
  const path = join(folder, `tasks-${count}.pipe`);
  writeFileSync(path, generateSource(count));
  return path;
});
for (const command of ["check", "plan"]) {
  const less = median([1, 2, 3].map(() => measure([sluice, command, thousand!])));
  const more = median([1, 2, 3].map(() => measure([sluice, command, tenThousand!])));
  const memory = measureMemory([sluice, command, tenThousand!]);
  const growth = (more.wall - cold.a.wall) / Math.max(1, less.wall - cold.a.wall);
  const whole = more.wall / cold.b.wall;
  report(`${command} of 10,000 tasks against 1,000, above start-up`, `${growth.toFixed(1)} x`, "12 x", growth <= 12);
  report(
    `${command} of 10,000 tasks, whole process, against \`node -e 0\``,
    `${whole.toFixed(1)} x (${more.wall.toFixed(0)} ms)`,
    "25 x",
    whole <= 25,
  );
  report(`${command} of 10,000 tasks, peak memory`, megabytes(memory), "400 MB", memory < 400e6);
}
rmSync(folder, { recursive: true, force: true });

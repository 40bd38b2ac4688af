// How long compiling to Argo takes as a whole process, as a multiple of a Node that does nothing.
import { join } from "node:path";
import { measurePair, report, root, sluice } from "./measure.ts";

const SWEEPS = [
  { name: "hp-sweep", folder: "golden/ok/hp-sweep" },
  { name: "the example hp-sweep", folder: "examples/hp-sweep" },
];

for (const { name, folder } of SWEEPS) {
  const compile = [sluice, "compile", "--target", "argo", join(root, folder, "main.pipe")];
  const cold = measurePair(compile, ["-e", "0"], 15);
  const ratio = cold.a.wall / cold.b.wall;
  report(
    `${name} to Argo, cold, against \`node -e 0\``,
    `${ratio.toFixed(2)} x (${cold.a.wall.toFixed(0)} ms)`,
    "3 x",
    ratio <= 3,
  );
}

// How long compiling to Argo takes as a whole process, as a multiple of a Node that does nothing.
import { join } from "node:path";
import { measurePair, report, root, sluice } from "./measure.ts";

const sweep = join(root, "golden", "ok", "hp-sweep", "main.pipe");
const cold = measurePair([sluice, "compile", "--target", "argo", sweep], ["-e", "0"], 15);
const ratio = cold.a.wall / cold.b.wall;
report(
  "compile of hp-sweep to Argo, cold, against `node -e 0`",
  `${ratio.toFixed(2)} x (${cold.a.wall.toFixed(0)} ms)`,
  "3 x",
  ratio <= 3,
);

// Proposes the settings to try: reads the ranges, and leaves out what the data cannot support.
// node propose.mjs --data iris.csv --ranges ranges.json --out settings.json
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { data: { type: "string" }, ranges: { type: "string" }, out: { type: "string" } },
});
const rows = readFileSync(values.data, "utf8").trim().split("\n").length - 1;
const ranges = JSON.parse(readFileSync(values.ranges, "utf8"));
if (rows < 30) throw new Error(`${rows} rows are too few to compare settings`);

const settings = ranges.learning_rate.flatMap((learningRate) =>
  ranges.regularisation.map((regularisation) => ({
    id: `lr${learningRate}-l2_${regularisation}`,
    learning_rate: learningRate,
    regularisation,
    epochs: ranges.epochs,
  })),
);
console.log(`${settings.length} settings for ${rows} rows`);
writeFileSync(values.out, JSON.stringify(settings));

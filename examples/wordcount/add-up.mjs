// Adds up the counts of all texts: node add-up.mjs --counts FILE --top N --table OUT --total OUT
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: Object.fromEntries(["counts", "top", "table", "total"].map((name) => [name, { type: "string" }])),
});
const totals = new Map();
for (const { word, count } of JSON.parse(readFileSync(values.counts, "utf8")).flat()) {
  totals.set(word, (totals.get(word) ?? 0) + count);
}
const sorted = [...totals].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
writeFileSync(values.table, sorted.map(([word, count]) => `${count}\t${word}\n`).join(""));
const top = sorted.slice(0, Number(values.top)).map(([word, count]) => ({ word, count }));
writeFileSync(values.total, JSON.stringify({ words: sorted.reduce((sum, [, count]) => sum + count, 0), top }));

// Counts the words of one text: node count.mjs TEXT OUT
import { readFileSync, writeFileSync } from "node:fs";

const [text, out] = process.argv.slice(2);
const counts = new Map();
for (const word of readFileSync(text, "utf8")
  .toLowerCase()
  .match(/\p{Letter}+(?:'\p{Letter}+)?/gu) ?? []) {
  counts.set(word, (counts.get(word) ?? 0) + 1);
}
writeFileSync(out, JSON.stringify([...counts].map(([word, count]) => ({ word, count }))));

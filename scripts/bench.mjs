// `npm run bench`: every measurement in turn, or those that are named.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { node, root, run, setUp } from "./set-up.mjs";

setUp();
const library = ["generate-source.ts", "measure.ts"];
const all = readdirSync(join(root, "bench")).filter((name) => name.endsWith(".ts") && !library.includes(name));
const named = process.argv.slice(2);
const chosen = named.length === 0 ? all : all.filter((name) => named.includes(name.replace(/\.ts$/, "")));
let code = 0;
for (const name of chosen) {
  console.log(`\n${name.replace(/\.ts$/, "")}`);
  code ||= run(node, [join("bench", name)]);
}
process.exit(code);

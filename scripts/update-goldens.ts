// Writes what golden cases and the generated parts of the manual should hold, and names what changed. Never run in continuous integration.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findGoldenCases, findOrphans, GOLDEN_FILES, renderGolden } from "../test/harness/goldens.ts";
import { MANUAL_PATH, renderManual } from "../test/harness/manual.ts";

if (process.env.CI) throw new Error("goldens are updated by people who read the difference, not by CI");

let changed = 0;
function update(path: string, text: string): void {
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  writeFileSync(path, text);
  console.log(`wrote ${path}`);
  changed++;
}

for (const golden of findGoldenCases()) {
  for (const file of GOLDEN_FILES[golden.kind]) update(join(golden.folder, file), await renderGolden(golden, file));
  for (const orphan of findOrphans(golden)) console.log(`nothing reads golden/${golden.name}/${orphan}: delete it`);
}
update(MANUAL_PATH, renderManual());
console.log(changed === 0 ? "all goldens are up to date" : `${changed} files changed`);

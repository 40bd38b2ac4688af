// Copies the .txt files of a folder into the output folder, whose files become the list.
// node list-texts.mjs FOLDER OUT
import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

const [folder, out] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
for (const name of readdirSync(folder)) {
  if (name.endsWith(".txt")) copyFileSync(join(folder, name), join(out, name));
}

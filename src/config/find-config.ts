// Where sluice.yaml is: in a folder or the nearest one above it, not beyond the root of the repository or the home folder.
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

export const CONFIG_NAME = "sluice.yaml";
const OTHER_SPELLINGS = ["sluice.yml", ".sluice.yaml", ".sluice.yml"];

export interface FoundConfig {
  /** The absolute path of sluice.yaml. */
  readonly path?: string;
  /** A file in the same place that looks as if it were meant to be sluice.yaml, and is not read. */
  readonly misspelt?: string;
}

/** Looks from an absolute folder upwards. */
export function findConfig(folder: string): FoundConfig {
  const home = homedir();
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, CONFIG_NAME);
    if (existsSync(path)) return { path };
    const misspelt = OTHER_SPELLINGS.map((name) => join(at, name)).find((one) => existsSync(one));
    if (misspelt !== undefined) return { misspelt };
    if (at === home || at === dirname(at) || existsSync(join(at, ".git"))) return {};
  }
}

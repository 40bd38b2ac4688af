// Makes a fresh clone ready: installs the locked packages (among them the Node that everything here runs on) and builds the bundle, each
// only when needed. Plain JavaScript for any Node that npm itself runs on. Returns the environment for what is started afterwards.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, "node_modules", ".bin");
/** The Node of the dev dependencies: the same version everywhere. */
export const node = join(bin, process.platform === "win32" ? "node.cmd" : "node");
export const environment = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ""}` };

/** Runs a command to its end with its output on ours; its exit code, 1 if it could not be started. */
export function run(command, args, options = {}) {
  const done = spawnSync(command, args, {
    cwd: root,
    env: environment,
    stdio: "inherit",
    shell: process.platform === "win32",
    ...options,
  });
  if (done.error) console.error(`cannot start ${command}: ${done.error.message}`);
  return done.status ?? 1;
}

/** Installs and builds what is not there yet; ends the process with a message when that fails. */
export function setUp() {
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const stamp = join(root, "node_modules", ".sluice-lock");
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== lock) {
    console.error("Installing packages …");
    // Not `npm ci`: it refuses a lock file without the packages of other platforms, which not every registry serves.
    if (
      run("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"], {
        stdio: ["ignore", 2, 2],
      }) !== 0
    )
      process.exit(1);
    writeFileSync(stamp, lock);
  }
  if (newest(["src", "grammar", "scripts", "package.json"]) > builtAt()) {
    console.error("Building sluice …");
    if (run(node, ["scripts/build.ts"], { stdio: ["ignore", 2, 2] }) !== 0) process.exit(1);
    mkdirSync(join(root, "dist"), { recursive: true });
    writeFileSync(join(root, "dist", ".built"), "");
  }
}

function builtAt() {
  const stamp = join(root, "dist", ".built");
  return existsSync(stamp) ? statSync(stamp).mtimeMs : 0;
}

/** When the newest of these files and folders was changed, milliseconds since the epoch. */
function newest(names) {
  let latest = 0;
  for (const name of names) {
    const path = join(root, name);
    const status = statSync(path);
    if (status.isDirectory()) latest = Math.max(latest, newest(readdirSync(path).map((entry) => join(name, entry))));
    else latest = Math.max(latest, status.mtimeMs);
  }
  return latest;
}

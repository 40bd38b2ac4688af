// The shipped bundle as a process: what only a process can show.
import { execFile, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildDist } from "../../scripts/build.ts";
import { isAlive } from "../harness/run-command.ts";
import { folderWith } from "./run-for-test.ts";

const dist = mkdtempSync(join(tmpdir(), "sluice-dist-"));
const bundle = join(dist, "dist", "sluice.mjs");

beforeAll(() => buildDist(join(dist, "dist")));
afterAll(() => rmSync(dist, { recursive: true, force: true }));

interface Ended {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

function sluice(
  cwd: string,
  args: readonly string[],
  nodeArgs: readonly string[] = [],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...nodeArgs, bundle, ...args], { cwd, env }, (error, stdout, stderr) => {
      resolve({ code: error ? (error.code ?? "signal") : 0, stdout, stderr });
    });
  });
}

const SLOW = `task wait(n: Int) -> Int {
  image "node:24-alpine"
  run ["node", "wait.cjs", n, out]
}

pipeline main() -> [Int] {
  let all = map n in range(2) { yield wait(n) }
  yield all
}
`;
const WAIT = `const fs = require("fs"); const [, , n, out] = process.argv;
if (fs.existsSync("quick")) fs.writeFileSync(out, n); else { fs.writeFileSync("waiting-" + n, String(process.pid)); setInterval(() => {}, 1000); }
`;

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

test("the bundle needs no packages, prints its version and exits with the codes of the manual", async () => {
  const cwd = folderWith({ "good.pipe": SLOW, "bad.pipe": "pipeline p() { do nothing() }" });
  expect(await sluice(cwd, ["--version"])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
  expect((await sluice(cwd, ["check", "good.pipe"])).code).toBe(0);
  expect((await sluice(cwd, ["check", "bad.pipe"])).code).toBe(1);
  expect((await sluice(cwd, ["chek"])).code).toBe(2);
});

test("a Node that is too old is told so", async () => {
  const older =
    "data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'18.19.0'}})";
  const { code, stderr } = await sluice(tmpdir(), ["check"], ["--import", older]);
  expect(code).toBe(2);
  expect(stderr).toContain("needs Node 22.19 or newer; this is Node 18.19.0");
});

test("`sluice cancel` ends a running run and all its processes; the run exits with 5 and can be resumed", async () => {
  const cwd = folderWith({ "main.pipe": SLOW, "wait.cjs": WAIT });
  const run = sluice(cwd, ["run"]);
  const marks = [join(cwd, "waiting-0"), join(cwd, "waiting-1")];
  await until(() => marks.every((mark) => existsSync(mark) && readFileSync(mark, "utf8") !== ""));
  const pids = marks.map((mark) => Number(readFileSync(mark, "utf8")));
  const cancelled = await sluice(cwd, ["cancel", "latest"]);
  expect(cancelled).toMatchObject({ code: 0, stderr: expect.stringContaining("cancelled") });
  expect((await run).code).toBe(5);
  expect(pids.map(isAlive)).toEqual([false, false]);
  writeFileSync(join(cwd, "quick"), "");
  expect(await sluice(cwd, ["resume"])).toMatchObject({ code: 0, stdout: "[\n  0,\n  1\n]\n" });
});

test("a run whose driver was killed is interrupted; cancel ends what it left", async () => {
  const cwd = folderWith({ "main.pipe": SLOW, "wait.cjs": WAIT });
  const child = spawn(process.execPath, [bundle, "run"], { cwd, stdio: "ignore" });
  const mark = join(cwd, "waiting-0");
  await until(() => existsSync(mark) && readFileSync(mark, "utf8") !== "");
  const ended = new Promise((resolve) => child.on("exit", resolve));
  child.kill("SIGKILL");
  await ended;
  expect((await sluice(cwd, ["runs"])).stdout).toContain("interrupted");
  expect((await sluice(cwd, ["cancel", "latest"])).code).toBe(0);
  expect((await sluice(cwd, ["runs"])).stdout).toContain("cancelled");
  expect(isAlive(Number(readFileSync(mark, "utf8")))).toBe(false);
});

test("a reader that goes away does not end the run", async () => {
  const cwd = folderWith({ "main.pipe": SLOW, "wait.cjs": WAIT, quick: "" });
  const child = spawn(process.execPath, [bundle, "run", "--json"], { cwd, stdio: ["ignore", "pipe", "ignore"] });
  child.stdout.destroy();
  expect(await new Promise((resolve) => child.on("exit", resolve))).toBe(0);
  const [run = ""] = readdirSync(join(cwd, ".sluice", "runs"));
  expect(JSON.parse(readFileSync(join(cwd, ".sluice", "runs", run, "result.json"), "utf8"))).toMatchObject({
    status: "succeeded",
  });
});

test("colours are written when they are asked for, and only then", async () => {
  const cwd = folderWith({ "main.pipe": "pipeline p() { do nothing() }" });
  const plain = await sluice(cwd, ["check"], [], { ...process.env, FORCE_COLOR: undefined });
  expect(plain.stderr).not.toContain("\u001b");
  expect((await sluice(cwd, ["check"], [], { ...process.env, FORCE_COLOR: "1" })).stderr).toContain(
    "\u001b[1;31merror",
  );
  expect((await sluice(cwd, ["check"], [], { ...process.env, FORCE_COLOR: "0" })).stderr).not.toContain("\u001b");
});

/** What bash offers for a line that ends at the cursor. */
function complete(cwd: string, words: readonly string[]): string[] {
  const script = `
sluice() { "${process.execPath}" "${bundle}" "$@"; }
source <(sluice completion bash)
COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}
_sluice
printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync("bash", ["-c", script], { cwd, encoding: "utf8" })
    .split("\n")
    .filter((line) => line !== "");
}

test("bash completes commands, options, files, choices, runs and codes", async () => {
  const cwd = folderWith({ "main.pipe": SLOW, "wait.cjs": WAIT, quick: "", "folder/x.pipe": "" });
  await sluice(cwd, ["run", "--quiet"]);
  expect(complete(cwd, ["sluice", "ru"])).toEqual(["run", "runs"]);
  expect(complete(cwd, ["sluice", "run", "--fail"])).toEqual(["--fail-fast"]);
  expect(complete(cwd, ["sluice", "check", ""]).sort()).toEqual(["folder", "main.pipe"]);
  expect(complete(cwd, ["sluice", "graph", "--format", ""])).toEqual(["mermaid", "dot", "svg"]);
  expect(complete(cwd, ["sluice", "completion", "z"])).toEqual(["zsh"]);
  expect(complete(cwd, ["sluice", "status", "main-"])).toHaveLength(1);
  expect(complete(cwd, ["sluice", "explain", "import-c"])).toEqual(["import-cycle"]);
});

// `npm run test:cluster`: the tests of `test/cluster/` against a real control plane. Sets everything up, starts the test bed, runs the
// tests, ends the bed. The last line counts: `N passed, N failed`, and `, N skipped` where there are any.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readReport } from "./read-report.mjs";
import { environment, root, setUp } from "./set-up.mjs";

const usage = `npm run test:cluster -- [options] [arguments for vitest]
  --control-plane  etcd and the API server alone: fewer programs to build, tests that run pods are skipped
  --use-cluster    the cluster of KUBECONFIG instead of a test bed; needs kubectl
  --quick          leave out the longest suite, conformance on Argo (about 20 minutes; all the others together take 25)
  --if-possible    where the bed cannot run, skip the tests and say why instead of failing
  --keep           leave the bed standing when the tests are done, and print how to reach it and how to end it`;
const LONG_SUITES = ["argo-conformance"];
const bed = join(root, "test", "cluster", "bed");
const config = join("test", "cluster", "vitest.config.ts");
const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

const options = new Set();
const vitestArguments = [];
for (const argument of process.argv.slice(2)) {
  if (["--control-plane", "--use-cluster", "--quick", "--if-possible", "--keep"].includes(argument))
    options.add(argument);
  else if (argument === "--help") {
    console.log(usage);
    process.exit(0);
  } else vitestArguments.push(argument);
}
const parts = options.has("--control-plane") ? ["--control-plane"] : [];
const startParts = options.has("--control-plane") ? parts : ["--argo"];

if (options.has("--quick"))
  for (const name of LONG_SUITES) vitestArguments.push("--exclude", `test/cluster/${name}.test.ts`);

let interrupted;
let running;
for (const signal of Object.keys(signals)) {
  process.on(signal, () => {
    interrupted ??= signal;
    running?.interrupt();
  });
}

/**
 * Runs a command to its end: `{ code, output }`, output only where `capture` is set. A signal to us ends it too, by force after 10 s;
 * with `shielded` it is in a session of its own and is waited for instead.
 */
function execute(command, args, { env = environment, capture = false, shielded = false } = {}) {
  return new Promise((resolve) => {
    if (interrupted && !shielded) {
      resolve({ code: 1, output: "" });
      return;
    }
    const child = spawn(command, args, {
      cwd: root,
      env,
      stdio: ["ignore", capture ? "pipe" : "inherit", "inherit"],
      detached: shielded,
    });
    let output = "";
    let deadline;
    child.stdout?.on("data", (data) => {
      output += data;
    });
    running = {
      interrupt: () => {
        if (shielded) return;
        child.kill("SIGTERM");
        deadline ??= setTimeout(() => child.kill("SIGKILL"), 10_000);
      },
    };
    child.on("error", (error) => {
      console.error(`cannot start ${command}: ${error.message}`);
      resolve({ code: 1, output });
    });
    child.on("close", (code) => {
      clearTimeout(deadline);
      running = undefined;
      resolve({ code: code ?? 1, output });
    });
  });
}

/** When a process was started, in ticks since the machine was; undefined if there is none. With its id it names a process for ever. */
function startOf(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, "utf8");
    return status.slice(status.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

const bedName = /^sluice-test-bed\.(\d+)\.(\d+)$/;

/** Ends the beds of runs that are no more: the folder's name says whose it is. */
async function sweep() {
  for (const name of readdirSync(tmpdir())) {
    const owner = bedName.exec(name);
    if (owner === null || startOf(owner[1]) === owner[2]) continue;
    console.error(`Ending the test bed that an earlier run left: ${join(tmpdir(), name)}`);
    await execute(join(bed, "down"), [], { env: { ...environment, BED_DATA: join(tmpdir(), name) }, shielded: true });
  }
}

/** How many tests there are, without running one. */
async function countTests() {
  const { output } = await execute(
    "vitest",
    ["list", "--json", "--no-static-parse", "--config", config, ...vitestArguments],
    {
      capture: true,
    },
  );
  try {
    return JSON.parse(output).length;
  } catch {
    return 0;
  }
}

async function runTests(env) {
  const folder = mkdtempSync(join(tmpdir(), "sluice-test-"));
  const file = join(folder, "report.json");
  const { code } = await execute(
    "vitest",
    [
      "run",
      "--config",
      config,
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${file}`,
      ...vitestArguments,
    ],
    { env },
  );
  const report = interrupted ? { passed: 0, failed: 0, skipped: 0 } : readReport(file);
  rmSync(folder, { recursive: true, force: true });
  if (code !== 0 && report.failed === 0 && !interrupted) report.failed = 1;
  return report;
}

function finish({ passed, failed, skipped = 0 }) {
  if (interrupted) {
    console.log(`interrupted by ${interrupted}`);
    process.exit(128 + signals[interrupted]);
  }
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  process.exit(failed === 0 ? 0 : 1);
}

/** Says loudly why nothing can be tested here. */
async function giveUp(missing) {
  console.error("\nThe cluster tests CANNOT RUN here. Missing:");
  for (const thing of missing) console.error(`  - ${thing}`);
  console.error("With a cluster at hand: KUBECONFIG=… npm run test:cluster -- --use-cluster\n");
  if (!options.has("--if-possible")) return { passed: 0, failed: 1 };
  return { passed: 0, failed: 0, skipped: await countTests() };
}

async function testOnGivenCluster() {
  if (!process.env.KUBECONFIG) return giveUp(["KUBECONFIG, the cluster to use"]);
  if (spawnSync("kubectl", ["version", "--client"], { env: environment }).status !== 0) return giveUp(["kubectl"]);
  return runTests(environment);
}

async function testOnBed() {
  if (process.platform === "linux") await sweep();
  const prepared = await execute(join(bed, "prepare"), parts, { capture: true });
  if (interrupted) return {};
  if (prepared.code !== 0) return giveUp(prepared.output.trim().split("\n"));
  if ((await execute(join(bed, "build"), parts)).code !== 0) {
    console.error("The test bed could not be built.");
    return { passed: 0, failed: 1 };
  }
  const data = join(tmpdir(), `sluice-test-bed.${process.pid}.${startOf(process.pid)}`);
  mkdirSync(data, { mode: 0o700 });
  const env = { ...environment, BED_DATA: data };
  const until = options.has("--keep") ? [] : ["--until", String(process.pid)];
  try {
    // An interrupt waits until it stands: half started it could not be ended.
    const started = await execute(join(bed, "up"), [...startParts, ...until], { env, capture: true, shielded: true });
    if (interrupted) return {};
    if (started.code !== 0) {
      console.error("The test bed could not be started.");
      return { passed: 0, failed: 1 };
    }
    const programs = spawnSync("bash", ["-c", '. "$0" && printf %s "$PATH"', join(bed, "env")], {
      env,
      encoding: "utf8",
    });
    return await runTests({
      ...environment,
      PATH: programs.stdout,
      KUBECONFIG: started.output.trim(),
      KUBECACHEDIR: join(data, "kube-cache"),
    });
  } finally {
    if (options.has("--keep") && !interrupted) {
      console.error(`The bed stands until the next run of these tests: export KUBECONFIG=${join(data, "kubeconfig")}`);
      console.error(`End it: BED_DATA=${data} ${join("test", "cluster", "bed", "down")}`);
    } else await execute(join(bed, "down"), [], { env, shielded: true });
  }
}

setUp();
finish(await (options.has("--use-cluster") ? testOnGivenCluster() : testOnBed()));

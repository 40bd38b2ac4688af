// The same sweep, discovery, a map over what it found, the best, by `sluice run --on kubernetes` and by our YAML on Argo's controller, on the cluster
// that KUBECONFIG names: time, requests that the API server answered, memory of what drives. In a namespace that is deleted afterwards.
// SLUICE_BENCH_IMAGE: an image with `sh` that the nodes have or can pull. SLUICE_BENCH_ITEMS: how many items.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ClusterClient, openClient } from "../src/backends/kubernetes/client.ts";
import { megabytes, PRELOAD, report, sluice } from "./measure.ts";

const ITEMS = Number(process.env.SLUICE_BENCH_ITEMS ?? 200);
const IMAGE = process.env.SLUICE_BENCH_IMAGE ?? "busybox:1.37";
const PARALLEL = 20;

const SWEEP = `
type Experiment = { id: String, rate: Float }
task propose() -> [Experiment] max ${ITEMS} {
  image "${IMAGE}"
  script "sh" '''
    i=0
    sep='['
    while [ $i -lt ${ITEMS} ]; do
      printf '%s{"id": "e%d", "rate": 0.%d}' "$sep" $i $((1000 + i)) >> $out
      sep=','
      i=$((i + 1))
    done
    echo ']' >> $out
  '''
}
task train(experiment: Experiment) -> Float {
  image "${IMAGE}"
  run ["sh", "-c", "echo $1 > $0", out, experiment.rate]
}
pipeline sweep() -> { count: Int, best: Float? } {
  let experiments = propose()
  let scores = map experiment in experiments key experiment.id parallel ${PARALLEL} { yield train(experiment) }
  yield { count: len(scores), best: min(scores) }
}
`;

if (process.env.KUBECONFIG === undefined) console.log("NOT MEASURED: KUBECONFIG names no cluster");
else await measureAll();

async function measureAll(): Promise<void> {
  const namespace = `sluice-bench-${process.pid}`;
  const opened = await openClient({ namespace, limit: { rate: 1000, burst: 1000 } });
  if (!opened.ok) throw new Error(opened.message);
  const client = opened.value;
  const argo = await client.request("GET", "/apis/argoproj.io/v1alpha1");
  if (!argo.ok) {
    console.log("NOT MEASURED: Argo Workflows is not in this cluster");
    await client.close();
    return;
  }
  const made = await client.request("POST", "/api/v1/namespaces", { body: { metadata: { name: namespace } } });
  if (!made.ok) throw new Error(made.message);
  const folder = mkdtempSync(join(tmpdir(), "sluice-bench-"));
  try {
    writeFileSync(join(folder, "main.pipe"), SWEEP);
    for (const [engine, name] of [
      ["kubernetes", "our driver"],
      ["argo", "Argo's controller"],
    ] as const) {
      const calls = await answered(client);
      const { wall, output, memory } = await run(["run", "--on", engine, "--namespace", namespace], folder);
      const each = ((await answered(client)) - calls) / ITEMS;
      const { count } = JSON.parse(output) as { count: number };
      if (count !== ITEMS) throw new Error(`${name} gave ${output}`);
      const peak = engine === "argo" ? controllerMemory() : memory;
      report(`${ITEMS} items, ${PARALLEL} at once, by ${name}`, `${(wall / 1000).toFixed(1)} s`, "-", true);
      report(`  requests an item that the API server answered`, each.toFixed(1), "-", true);
      report(`  peak memory of what drives`, peak === undefined ? "not on this machine" : megabytes(peak), "-", true);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await client.request("DELETE", `/api/v1/namespaces/${namespace}`, { body: { propagationPolicy: "Background" } });
    await client.close();
  }
}

interface Finished {
  /** Milliseconds. */
  readonly wall: number;
  readonly output: string;
  /** Peak, in bytes. */
  readonly memory: number;
}

function run(args: readonly string[], cwd: string): Promise<Finished> {
  const memory = join(cwd, "memory");
  const preload = join(cwd, "preload.mjs");
  writeFileSync(preload, PRELOAD);
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const env = { ...process.env, BENCH_MEMORY: memory };
    const child = spawn(process.execPath, ["--import", preload, sluice, ...args], { cwd, env });
    let output = "";
    let errors = "";
    child.stdout.on("data", (data) => {
      output += data;
    });
    child.stderr.on("data", (data) => {
      errors += data;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      const wall = performance.now() - began;
      if (code === 0) resolve({ wall, output, memory: Number(readFileSync(memory, "utf8")) });
      else reject(new Error(`sluice ${args.join(" ")} ended with ${code}:\n${errors.slice(-2000)}`));
    });
  });
}

/** Requests that the API server has answered, of all kinds but watches and its own health. */
async function answered(client: ClusterClient): Promise<number> {
  let metrics = "";
  const read = await client.stream("/metrics", (text) => {
    metrics += text;
    return true;
  });
  if (!read.ok) throw new Error(read.message);
  let sum = 0;
  for (const line of metrics.split("\n")) {
    if (!line.startsWith("apiserver_request_total{") || /verb="(WATCH|CONNECT)"|resource="(leases|)"/.test(line))
      continue;
    sum += Number(line.slice(line.lastIndexOf(" ")));
  }
  return sum;
}

/** The most that Argo's controller has taken so far, where it is a process of this machine. */
function controllerMemory(): number | undefined {
  for (const id of readdirSync("/proc")) {
    if (!/^\d+$/.test(id)) continue;
    try {
      if (!readFileSync(`/proc/${id}/cmdline`, "utf8").startsWith("workflow-controller\0")) continue;
      const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${id}/status`, "utf8"));
      if (peak) return Number(peak[1]) * 1024;
    } catch {
      // It ended meanwhile.
    }
  }
  return undefined;
}

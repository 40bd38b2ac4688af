// Whole processes, measured from outside: wall time in milliseconds, peak memory in bytes.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "..");
export const sluice = join(root, "dist", "sluice.mjs");

export interface Measured {
  /** Milliseconds. */
  readonly wall: number;
}

/** A module that leaves the peak of memory, in bytes, in the file that BENCH_MEMORY names. */
export const PRELOAD =
  'import { writeFileSync } from "node:fs"; process.on("exit", () => writeFileSync(process.env.BENCH_MEMORY, String(process.resourceUsage().maxRSS * 1024)));';

/** Runs `node` with these arguments once; a failing process ends the measurement with what it said. */
export function measure(args: readonly string[], options: { readonly cwd?: string } = {}): Measured {
  const start = performance.now();
  runNode(args, options.cwd ?? root, {});
  return { wall: performance.now() - start };
}

/** The peak of resident memory of such a process, in bytes, as it reports itself at its end: a run of its own, since reporting takes time. */
export function measureMemory(args: readonly string[], options: { readonly cwd?: string } = {}): number {
  const folder = mkdtempSync(join(tmpdir(), "sluice-bench-"));
  const memory = join(folder, "memory");
  const preload = join(folder, "preload.mjs");
  writeFileSync(preload, PRELOAD);
  runNode(["--import", preload, ...args], options.cwd ?? root, { BENCH_MEMORY: memory });
  const peak = Number(readFileSync(memory, "utf8"));
  rmSync(folder, { recursive: true, force: true });
  return peak;
}

function runNode(args: readonly string[], cwd: string, environment: Readonly<Record<string, string>>): void {
  const done = spawnSync(process.execPath, args, { cwd, env: { ...process.env, ...environment }, maxBuffer: 1 << 30 });
  if (done.status !== 0)
    throw new Error(`node ${args.join(" ")} ended with ${done.status}:\n${done.stderr.toString().slice(0, 2000)}`);
}

/** The middle one of several measurements, by wall time. */
export function median(measured: readonly Measured[]): Measured {
  return measured.toSorted((a, b) => a.wall - b.wall)[measured.length >> 1]!;
}

/** Measures two commands in turn, so that a change in the machine's speed meets both; the median of each after one warm-up. */
export function measurePair(a: readonly string[], b: readonly string[], runs: number): { a: Measured; b: Measured } {
  const as: Measured[] = [];
  const bs: Measured[] = [];
  for (let at = 0; at <= runs; at++) {
    const pair = [measure(a), measure(b)] as const;
    if (at === 0) continue;
    as.push(pair[0]);
    bs.push(pair[1]);
  }
  return { a: median(as), b: median(bs) };
}

/** One line of a report: what, how much, and the goal it stands against. */
export function report(what: string, value: string, goal: string, met: boolean): void {
  console.log(`${met ? "ok  " : "MISS"}  ${what.padEnd(62)} ${value.padStart(22)}   goal ${goal}`);
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

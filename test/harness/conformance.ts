// The conformance suite: runs a case's folder through the command line on one engine, and says what differs from what the case expects.
// A case is a folder with `main.pipe`, `case.json` (see `ConformanceCase`) and the files they name. Each run happens in a fresh copy. What an
// engine asks for besides stands in its own file (`ConformanceEngine`).
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import type { ConformanceEngine, EngineCase, Need } from "./conformance-engine.ts";
import { listFiles } from "./goldens.ts";
import { type Finished, runCommand } from "./run-command.ts";

export const CASES_ROOT = fileURLToPath(new URL("../conformance/cases/", import.meta.url));

export type ConformanceStatus = "succeeded" | "failed" | "cancelled" | "refused";

/** What one command must do; what is absent is not looked at. `refused`: nothing was started, because of the source or the parameters. */
export interface Expectation {
  readonly status?: ConformanceStatus;
  /** The result of the pipeline, exactly, fields in this order. */
  readonly result?: unknown;
  /** All failures of the run, in any order. */
  readonly failures?: readonly ExpectedFailure[];
  /** Codes of all errors, in the order printed. */
  readonly diagnostics?: readonly string[];
  /** Each stands somewhere in what was printed. */
  readonly messages?: readonly string[];
  /** Attempts by step, added up over the items of maps: `train` counts `runs["a"].train` and `runs["b"].train`. */
  readonly starts?: Readonly<Record<string, number>>;
}

export interface ExpectedFailure {
  /** The instance, such as `runs["a"].train`. */
  readonly step?: string;
  readonly cause?: string;
  readonly exit_code?: number;
  readonly attempts?: number;
  /** Each stands in the failure's message. */
  readonly message?: readonly string[];
}

export interface ConformanceStep extends Expectation {
  readonly do: "run" | "resume" | "touch" | "replace";
  /** `touch`: a file to make in the scratch folder. `replace`: a file of the case. */
  readonly file?: string;
  /** `replace`: the file of the case that takes its place. */
  readonly with?: string;
  readonly options?: readonly string[];
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Once this file is in the scratch folder … */
  readonly when?: string;
  /** … the driver is killed (SIGKILL) or interrupted (SIGINT). */
  readonly then?: "kill" | "interrupt";
}

export interface ConformanceCase extends Expectation {
  readonly title: string;
  /** Of the language's reference: "8", "11.3". */
  readonly section: string;
  /** What not every engine has. */
  readonly needs?: readonly Need[];
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly options?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Instead of one run. */
  readonly steps?: readonly ConformanceStep[];
  /** Lines of files in the scratch folder at the end, in any order. */
  readonly lines?: Readonly<Record<string, readonly string[]>>;
  /** Pairs of lines of files in the scratch folder: the first stands above the second. */
  readonly lines_in_order?: Readonly<Record<string, readonly (readonly [string, string])[]>>;
  /** Files of the scratch folder that hold the ids of processes, which must have ended. */
  readonly ended?: readonly string[];
  /** Texts that must stand in no file of the run and in nothing that was printed. */
  readonly absent?: readonly string[];
}

const KEYS: readonly string[] = [
  ...[
    "title",
    "section",
    "needs",
    "parameters",
    "options",
    "environment",
    "status",
    "result",
    "failures",
    "diagnostics",
  ],
  ...["messages", "starts", "steps", "lines", "lines_in_order", "ended", "absent"],
];

export interface FoundCase {
  readonly name: string;
  readonly folder: string;
  readonly expected: ConformanceCase;
}

/** All cases, sorted by name. */
export function findCases(): FoundCase[] {
  return readdirSync(CASES_ROOT)
    .sort()
    .map((name) => {
      const folder = join(CASES_ROOT, name);
      return { name, folder, expected: JSON.parse(readFileSync(join(folder, "case.json"), "utf8")) as ConformanceCase };
    });
}

/** What is wrong with the folder of a case itself: unknown keys, missing files, files that nothing names. */
export function checkCase({ folder, expected }: FoundCase): string[] {
  const files = listFiles(folder);
  const texts = files
    .filter((file) => /\.(pipe|json)$/.test(file))
    .map((file) => readFileSync(join(folder, file), "utf8"));
  const isNamed = (file: string): boolean =>
    texts.some((text) => text.includes(basename(file)) || text.includes(`dir("${file.split("/")[0]}")`));
  return [
    ...Object.keys(expected)
      .filter((key) => !KEYS.includes(key))
      .map((key) => `case.json has the unknown key ${key}`),
    ...(files.includes("main.pipe") ? [] : ["there is no main.pipe"]),
    ...(expected.status === undefined && expected.steps === undefined ? ["case.json expects no status"] : []),
    ...files
      .filter((file) => !["main.pipe", "case.json"].includes(file) && !isNamed(file))
      .map((file) => `nothing names ${file}`),
  ];
}

/** Starts all cases, so many at once, in order; the differences of each by its name. */
export function startCases(
  cases: readonly FoundCase[],
  engine: ConformanceEngine,
  begin: Promise<unknown> = Promise.resolve(),
): Map<string, Promise<string[]>> {
  const results = new Map<string, Promise<string[]>>();
  const waiting = cases.map((found) => {
    const { promise, resolve } = Promise.withResolvers<string[]>();
    results.set(found.name, promise);
    return { found, resolve };
  });
  const work = async (): Promise<void> => {
    await begin;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      next.resolve(await runCase(next.found, engine).catch((error: Error) => [String(error.stack)]));
  };
  for (let i = 0; i < engine.atOnce; i++) void work();
  return results;
}

/** Runs a case on an engine and gives the differences; none when it behaves as expected. */
export async function runCase({ name, folder, expected }: FoundCase, engine: ConformanceEngine): Promise<string[]> {
  const root = mkdtempSync(join(tmpdir(), `sluice-${name.slice(0, 30)}-`));
  const [work, scratch] = [join(root, "case"), join(root, "scratch")];
  try {
    cpSync(folder, work, { recursive: true });
    mkdirSync(scratch);
    const place = await engine.prepare({ work, scratch, expected });
    const differences: string[] = [];
    let printed = "";
    for (const step of expected.steps ?? [{ ...expected, do: "run" } as ConformanceStep]) {
      if (step.do === "touch") writeFileSync(join(scratch, step.file!), "");
      else if (step.do === "replace") cpSync(join(work, step.with!), join(work, step.file!));
      else {
        const finished = await runStep(step, expected, work, place);
        printed += finished.stdout + finished.stderr;
        const label = expected.steps ? `${step.do}: ` : "";
        differences.push(...compareStep(step, finished).map((difference) => `${label}${difference}`));
        if (differences.length > 0) return [...differences, tail(finished)];
      }
    }
    return [...differences, ...compareEnd(expected, { work, scratch, printed }), ...(await place.check(printed))];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function runStep(
  step: ConformanceStep,
  expected: ConformanceCase,
  work: string,
  place: EngineCase,
): Promise<Finished> {
  const options = [...(expected.options ?? []), ...(expected.steps ? (step.options ?? []) : [])];
  const argv = [...options];
  if (step.do === "run") {
    const parameters = step.parameters ?? expected.parameters;
    if (parameters) {
      writeFileSync(join(work, "parameters.json"), JSON.stringify(parameters));
      argv.push("--params", "parameters.json");
    }
  }
  return place.perform(step, argv, (command, more) => runCommand(command, { cwd: work, ...more }));
}

interface RunEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

function readEvents(stdout: string): RunEvent[] {
  return stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as RunEvent);
}

const EXIT_CODES: Readonly<Record<ConformanceStatus, readonly number[]>> = {
  succeeded: [0],
  refused: [1, 2],
  failed: [4],
  cancelled: [5],
};

function compareStep(expected: Expectation, finished: Finished): string[] {
  const events = readEvents(finished.signal === "SIGKILL" ? "" : finished.stdout);
  const end = events.find(({ type }) => type === "run-ended");
  const differences: string[] = [];
  const differ = (what: string, wanted: unknown, found: unknown): void => {
    differences.push(`${what}: expected ${JSON.stringify(wanted)}, found ${JSON.stringify(found)}`);
  };
  if (expected.status !== undefined) {
    const status =
      end?.status ?? (EXIT_CODES.refused.includes(finished.code ?? -1) ? "refused" : `exit code ${finished.code}`);
    if (status !== expected.status) differ("status", expected.status, status);
    else if (!EXIT_CODES[expected.status].includes(finished.code ?? -1))
      differ("exit code", EXIT_CODES[expected.status], finished.code);
  }
  if ("result" in expected) {
    const [wanted, found] = [JSON.stringify(expected.result), JSON.stringify(end?.result ?? null)];
    if (wanted !== found) differences.push(`result: expected ${wanted}\n           found ${found}`);
  }
  if (expected.diagnostics !== undefined) {
    const found = [...finished.stderr.matchAll(/^error\[([a-z-]+)\]/gm)].map((match) => match[1]);
    if (!isDeepStrictEqual(found, expected.diagnostics)) differ("diagnostics", expected.diagnostics, found);
  }
  for (const message of expected.messages ?? []) {
    if (!`${finished.stdout}${finished.stderr}`.includes(message)) differ("printed", message, "nothing like it");
  }
  const starts = countStarts(events);
  for (const [step, count] of Object.entries(expected.starts ?? {})) {
    if ((starts.get(step) ?? 0) !== count) differ(`attempts of ${step}`, count, starts.get(step) ?? 0);
  }
  if (expected.failures !== undefined) {
    const failures = (end?.failures ?? []) as readonly FoundFailure[];
    if (failures.length !== expected.failures.length)
      differ("number of failures", expected.failures.length, failures.length);
    for (const wanted of expected.failures)
      if (!failures.some((found) => matches(wanted, found))) differ("failure", wanted, failures);
  }
  return differences;
}

interface FoundFailure {
  readonly instance: string;
  readonly cause: string;
  readonly exit_code: number | null;
  readonly attempts: number;
  readonly message: string;
}

function matches(wanted: ExpectedFailure, found: FoundFailure): boolean {
  return (
    (wanted.step === undefined || wanted.step === found.instance) &&
    (wanted.cause === undefined || wanted.cause === found.cause) &&
    (wanted.exit_code === undefined || wanted.exit_code === found.exit_code) &&
    (wanted.attempts === undefined || wanted.attempts === found.attempts) &&
    (wanted.message ?? []).every((part) => found.message.includes(part))
  );
}

/** Attempts by the last part of the instance's id, from the events of their ends. */
function countStarts(events: readonly RunEvent[]): Map<string, number> {
  const starts = new Map<string, number>();
  for (const event of events) {
    const failure = event.failure as FoundFailure | undefined;
    const [instance, attempts] =
      event.type === "instance-succeeded" && event.reused !== true && event.cachedFrom === undefined
        ? [event.instance as string, event.attempts as number]
        : event.type === "instance-failed" && failure
          ? [failure.instance, failure.attempts]
          : [undefined, 0];
    if (instance === undefined) continue;
    const step = instance.slice(instance.lastIndexOf(".") + 1);
    starts.set(step, (starts.get(step) ?? 0) + attempts);
  }
  return starts;
}

function compareEnd(
  expected: ConformanceCase,
  { work, scratch, printed }: { work: string; scratch: string; printed: string },
): string[] {
  const linesOf = (file: string): string[] =>
    existsSync(join(scratch, file))
      ? readFileSync(join(scratch, file), "utf8")
          .split("\n")
          .filter((line) => line !== "")
      : [];
  const differences: string[] = [];
  for (const [file, wanted] of Object.entries(expected.lines ?? {})) {
    if (!isDeepStrictEqual(linesOf(file).sort(), wanted.toSorted())) {
      differences.push(`lines of ${file}: expected ${JSON.stringify(wanted)}, found ${JSON.stringify(linesOf(file))}`);
    }
  }
  for (const [file, pairs] of Object.entries(expected.lines_in_order ?? {})) {
    const found = linesOf(file);
    for (const [first, second] of pairs) {
      const [a, b] = [found.indexOf(first), found.indexOf(second)];
      if (a < 0 || b < 0 || a > b)
        differences.push(
          `lines of ${file}: \`${first}\` must stand above \`${second}\`, found ${JSON.stringify(found)}`,
        );
    }
  }
  for (const text of expected.absent ?? []) {
    const holders = listFiles(work).filter(
      (file) => file !== "case.json" && readFileSync(join(work, file)).includes(text),
    );
    if (holders.length > 0) differences.push(`\`${text}\` stands in ${holders.join(", ")}`);
    if (printed.includes(text)) differences.push(`\`${text}\` was printed`);
  }
  return differences;
}

/** The end of what was printed, for people who look for the reason. */
function tail({ stdout, stderr }: Finished): string {
  return `--- stderr\n${stderr.slice(-2000)}\n--- stdout\n${stdout.slice(-2000)}`;
}

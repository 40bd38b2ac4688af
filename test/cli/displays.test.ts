import { expect, test } from "vitest";
import type { Sink } from "../../src/cli/io.ts";
import { wantsColor } from "../../src/cli/io.ts";
import { createPlainDisplay } from "../../src/cli/ui/plain-display.ts";
import { drawRun } from "../../src/cli/ui/terminal-display.ts";
import { shortDuration, shortStep } from "../../src/cli/ui/text.ts";
import type { Report } from "../../src/engine/protocol.ts";
import type { RunSnapshot } from "../../src/engine/snapshot.ts";

const NOTHING: RunSnapshot = { phase: "running", status: null, maps: [], calls: [], running: 0 };

function follow(reports: Iterable<Report>, verbose = true): string[] {
  let text = "";
  let now = 0;
  const sink: Sink = {
    isTerminal: false,
    color: false,
    columns: 80,
    write: (part) => {
      text += part;
    },
  };
  // One millisecond passes with each report.
  const display = createPlainDisplay(sink, { snapshot: () => NOTHING, now: () => now++ }, verbose);
  for (const report of reports) display.report(report);
  display.close();
  return text.split("\n").filter((line) => line !== "");
}

function item(at: number): Report {
  return { type: "instance-succeeded", instance: `xs["${at}"].work`, attempts: 1, reused: false };
}

function failure(at: number): Report {
  const facts = {
    key: String(at),
    index: at,
    cause: "exit",
    exit_code: 1,
    message: "exited with code 1; its log ends with:\nfirst\nlast words",
    attempts: 1,
    at: "a:1:1",
  } as const;
  return { type: "instance-failed", failure: { instance: `xs["${at}"].work`, ...facts }, tolerated: false };
}

test("ten thousand items make a handful of lines", () => {
  const reports = function* (): Generator<Report> {
    yield { type: "map-expanded", instance: "xs", count: 10_000 };
    for (let at = 0; at < 10_000; at++) yield item(at);
    yield { type: "map-ended", instance: "xs", ok: 10_000, failed: 0, status: "succeeded" };
  };
  const lines = follow(reports());
  expect(lines.length).toBeLessThan(20);
  expect(lines[0]).toBe("xs: 10,000 items");
  expect(lines.at(-1)).toBe("xs: 10,000 items done");
});

test("thousands of failures are told ten times, then counted", () => {
  const reports = function* (): Generator<Report> {
    yield { type: "map-expanded", instance: "xs", count: 1000 };
    for (let at = 0; at < 1000; at++) yield failure(at);
  };
  const lines = follow(reports());
  expect(lines.filter((line) => line.includes("last words"))).toHaveLength(10);
  expect(lines.at(-1)).toBe("xs: more failures are only counted");
});

test("few items have a line each, with their key", () => {
  const lines = follow([{ type: "map-expanded", instance: "xs", count: 2 }, item(0), item(1)]);
  expect(lines).toEqual(["xs: 2 items", "xs[0].work: done", "xs[1].work: done"]);
});

test("quiet tells only what goes wrong", () => {
  const lines = follow([{ type: "map-expanded", instance: "xs", count: 2 }, item(0), failure(1)], false);
  expect(lines).toEqual(["xs[1].work: failed: exited with code 1; its log ends with: last words"]);
});

test("a message of several lines is told with the last of them that says something", () => {
  const message = "exited with code 1; its log ends with:\r\nfirst\r\nlast words\r\n\r\n  \n";
  const failed = failure(1) as Extract<Report, { type: "instance-failed" }>;
  const retried: Report = {
    type: "instance-retried",
    instance: "load",
    attempt: 2,
    delay: 0,
    cause: "exit",
    message,
  };
  const lines = follow([retried, { ...failed, failure: { ...failed.failure, message } }]);
  expect(lines).toEqual([
    "load: attempt 2 now, after cause exit: exited with code 1; its log ends with: last words",
    "xs[1].work: failed: exited with code 1; its log ends with: last words",
  ]);
});

test("the block on a terminal has a bar for each map, and a rate that leaves out what was done before", () => {
  const before = new Map<string, number>();
  const at = (done: number): RunSnapshot => ({
    ...NOTHING,
    running: 2,
    calls: [{ instance: "prepare", state: "succeeded" }],
    maps: [{ map: "xs", total: 100, done, failed: 0, running: 2, waiting: 98 - done }],
  });
  drawRun(at(40), 0, { color: false, rows: 24, before });
  const lines = drawRun(at(50), 10_000, { color: false, rows: 24, before }).split("\n");
  expect(lines[0]).toBe("✔ prepare");
  expect(lines[1]).toContain(`${"█".repeat(12)}${"░".repeat(12)} 50/100, 2 in flight, 1.0/s, about 50 s left`);
  expect(lines[2]).toBe("10 s, 2 running");
});

test("the block stays within the rows of the terminal", () => {
  const maps = Array.from({ length: 50 }, (_, at) => ({
    map: `m${at}`,
    total: 1,
    done: 0,
    failed: 0,
    running: 0,
    waiting: 1,
  }));
  const text = drawRun({ ...NOTHING, maps }, 0, { color: false, rows: 10, before: new Map() });
  expect(text.split("\n").length).toBeLessThanOrEqual(8);
});

test("steps are printed with quotes only where a key needs them", () => {
  expect(shortStep('runs["a1"].train')).toBe("runs[a1].train");
  expect(shortStep('runs["a b"].train')).toBe('runs["a b"].train');
  expect(shortStep('runs["a]"].train')).toBe('runs["a]"].train');
});

test("durations are as exact as it matters", () => {
  expect([400, 12_400, 60_000, 185_000, 7_800_000, 90_000_000].map(shortDuration)).toEqual([
    "0.4 s",
    "12 s",
    "1 min",
    "3 min 5 s",
    "2 h 10 min",
    "25 h",
  ]);
});

test("NO_COLOR and FORCE_COLOR decide before the terminal does", () => {
  expect(wantsColor({}, true)).toBe(true);
  expect(wantsColor({}, false)).toBe(false);
  expect(wantsColor({ NO_COLOR: "1" }, true)).toBe(false);
  expect(wantsColor({ NO_COLOR: "1", FORCE_COLOR: "1" }, false)).toBe(true);
  expect(wantsColor({ FORCE_COLOR: "0" }, true)).toBe(false);
  expect(wantsColor({ TERM: "dumb" }, true)).toBe(false);
});

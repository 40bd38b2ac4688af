import fc from "fast-check";
import { expect, test } from "vitest";
import {
  parseDuration,
  parseQuantityLiteral,
  parseSize,
  printDuration,
  printSize,
  QUANTITY_UNITS,
} from "../../src/types/quantity.ts";

function value(parsed: { ok: true; value: number } | { ok: false; problem: string }): number | string {
  return parsed.ok ? parsed.value : parsed.problem;
}

test.each([
  ["16Gi", "size", 16 * 2 ** 30],
  ["1.5G", "size", 1_500_000_000],
  ["0.5Ki", "size", 512],
  ["1_000k", "size", 1_000_000],
  ["1e3M", "size", 1_000_000_000],
  ["7Pi", "size", 7 * 2 ** 50],
  ["300ms", "duration", 300],
  ["1.5s", "duration", 1500],
  ["5min", "duration", 300_000],
  ["6h", "duration", 21_600_000],
  ["7d", "duration", 604_800_000],
] as const)("reads the literal %s", (text, kind, amount) => {
  expect(parseQuantityLiteral(text)).toEqual({ ok: true, kind, value: amount });
});

test.each([
  ["16GB", ["16G", "16Gi"]],
  ["16gb", ["16G", "16Gi"]],
  ["16GiB", ["16Gi"]],
  ["16K", ["16k", "16Ki"]],
  ["500m", ["0.5", "500min"]],
  ["5m", ["0.005", "5min"]],
  ["30sec", ["30s"]],
  ["2hours", ["2h"]],
  ["2H", ["2h"]],
  ["5minutes", ["5min"]],
  ["3days", ["3d"]],
  ["5parsecs", []],
] as const)("refuses the literal %s and says what would be right", (text, suggestions) => {
  const parsed = parseQuantityLiteral(text);
  expect(parsed.ok).toBe(false);
  expect(!parsed.ok && parsed.suggestions).toEqual(suggestions);
});

test("says of `m` that it means two things", () => {
  const parsed = parseQuantityLiteral("5m");
  expect(!parsed.ok && parsed.problem).toBe("has the unit `m`, which means thousandths to some and minutes to others");
});

test("refuses parts of a byte or millisecond and offers the next whole amount", () => {
  expect(parseQuantityLiteral("0.1Gi")).toEqual({
    ok: false,
    problem: "is not a whole number of bytes",
    suggestions: ["103Mi"],
  });
  expect(parseQuantityLiteral("0.0001s")).toMatchObject({
    ok: false,
    problem: "is not a whole number of milliseconds",
  });
});

test("reads amounts exactly up to 2^53−1 and refuses larger ones", () => {
  expect(parseQuantityLiteral("9007199254740.991k")).toEqual({
    ok: true,
    kind: "size",
    value: Number.MAX_SAFE_INTEGER,
  });
  expect(parseQuantityLiteral("9007199254740.992k")).toMatchObject({
    ok: false,
    problem: "is out of range: at most ±(2^53−1) bytes",
  });
  expect(parseQuantityLiteral("1e300Pi").ok).toBe(false);
  expect(parseQuantityLiteral(`1e${"9".repeat(300)}k`).ok).toBe(false);
});

test("every unit the messages list is a unit", () => {
  for (const unit of QUANTITY_UNITS) expect(parseQuantityLiteral(`1${unit}`).ok).toBe(true);
});

test.each([
  ["0", 0],
  ["4096", 4096],
  ["-1Ki", -1024],
  ["+5", 5],
  ["16Gi", 16 * 2 ** 30],
  ["1.5G", 1.5e9],
  [".5k", 500],
  ["5.k", 5000],
  ["2e9", 2e9],
  ["2E3", 2000],
  ["1E-3", "is not a whole number of bytes"],
  ["1000m", 1],
  ["500m", "is not a whole number of bytes"],
  ["1000000000n", 1],
  ["0.001E", 1e15],
  ["1E", "is out of range: at most ±(2^53−1) bytes"],
  ["1Ei", "is out of range: at most ±(2^53−1) bytes"],
  ["1e999999999", "is out of range: at most ±(2^53−1) bytes"],
  ["0e999999999", 0],
] as const)("reads the Kubernetes quantity %s", (text, amount) => {
  expect(value(parseSize(text))).toBe(amount);
});

test.each([
  ["16GB", ["16G", "16Gi"]],
  ["16 Gi", ["16Gi"]],
  ["512 bytes", ["512"]],
  ["1KB", ["1k", "1Ki"]],
  ["", []],
  ["Gi", []],
  ["1 000", []],
] as const)("refuses the size %j", (text, suggestions) => {
  expect(parseSize(text)).toMatchObject({ ok: false, suggestions });
});

test.each([
  ["1h30m", 5_400_000],
  ["1.5h", 5_400_000],
  ["300ms", 300],
  ["5m", 300_000],
  ["0", 0],
  ["-1m30s", -90_000],
  ["+2s", 2000],
  ["1000us", 1],
  ["1000µs", 1],
  ["1000μs", 1],
  ["0.5ms0.5ms", 1],
  ["1us", "is not a whole number of milliseconds"],
  ["9007199254740991ms", Number.MAX_SAFE_INTEGER],
  ["9007199254740992ms", "is out of range: at most ±(2^53−1) milliseconds"],
] as const)("reads the Go duration %s", (text, amount) => {
  expect(value(parseDuration(text))).toBe(amount);
});

test.each([
  ["5min", ["5m"]],
  ["1d", ["24h"]],
  ["30", ["30s"]],
  ["-2 hours", ["-2h"]],
  ["", []],
  ["h", []],
  ["1h 30m", []],
  ["1x", []],
] as const)("refuses the duration %j", (text, suggestions) => {
  expect(parseDuration(text)).toMatchObject({ ok: false, suggestions });
});

test("takes no longer for texts made to be slow", () => {
  const started = performance.now();
  for (const text of ["1".repeat(100_000), "1h".repeat(50_000), `${"1".repeat(100_000)}Gi`]) {
    expect(parseDuration(text).ok).toBe(false);
    expect(parseSize(text).ok).toBe(false);
  }
  expect(performance.now() - started).toBeLessThan(5000);
});

test.each([
  [0, "0"],
  [1, "1"],
  [1024, "1Ki"],
  [1000, "1k"],
  [1_024_000, "1024k"],
  [16 * 2 ** 30, "16Gi"],
  [5e8, "500M"],
  [-2048, "-2Ki"],
  [4097, "4097"],
])("prints %d bytes as %s", (bytes, text) => {
  expect(printSize(bytes)).toBe(text);
});

test.each([
  [0, "0s"],
  [1, "1ms"],
  [999, "999ms"],
  [1000, "1s"],
  [1500, "1.5s"],
  [1010, "1.01s"],
  [60_000, "1m0s"],
  [5_400_000, "1h30m0s"],
  [3_600_500, "1h0m0.5s"],
  [-90_000, "-1m30s"],
])("prints %d ms as Go does: %s", (milliseconds, text) => {
  expect(printDuration(milliseconds)).toBe(text);
});

test("prints what it reads again", () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (amount) => {
      expect(value(parseSize(printSize(amount)))).toBe(amount);
      expect(value(parseDuration(printDuration(amount)))).toBe(amount);
    }),
    { numRuns: 500 },
  );
});

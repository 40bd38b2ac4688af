import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Collected,
  type FrameTexts,
  MOST_COLLECTED,
  MOST_MESSAGE,
  readFrame,
  readLogFrame,
  writeFrame,
} from "../../../src/backends/kubernetes/result-frame.ts";

const json = fc.jsonValue({ depthSize: "small" }).map((value) => JSON.parse(JSON.stringify(value)));
const collected: fc.Arbitrary<Collected> = fc.oneof(
  fc.record({ ok: fc.constant(true as const), value: json, warnings: fc.array(fc.string({ unit: "binary" })) }),
  fc.record({ ok: fc.constant(false as const), message: fc.string({ unit: "grapheme" }) }),
);

const large: Collected = { ok: true, value: { text: "äöü€😀 ".repeat(3000), list: [1, 2.5, null] }, warnings: ["one"] };

function read({ message, log }: FrameTexts) {
  const found = readFrame(message);
  return found.kind === "in-log" ? readLogFrame(found.header, log ?? "") : found;
}

test("what is written comes back, whatever it holds", () => {
  fc.assert(
    fc.property(collected, fc.constantFrom(400, MOST_MESSAGE), (given, most) => {
      const texts = writeFrame(given, most);
      expect(Buffer.byteLength(texts.message)).toBeLessThanOrEqual(most);
      expect(read(texts)).toEqual({ kind: "whole", collected: given });
    }),
  );
});

test("a small result needs no log, a larger one stands in numbered lines", () => {
  expect(writeFrame({ ok: true, value: [1, 2], warnings: [] }).log).toBeUndefined();
  const { log, message } = writeFrame(large);
  expect(log!.split("\n").length - 1).toBeGreaterThan(10);
  expect(Math.max(...log!.split("\n").map((line) => line.length))).toBeLessThan(16 * 1024);
  expect(read({ message, log: log! })).toEqual({ kind: "whole", collected: large });
});

test("a result beyond any frame becomes a failure that names both sizes", () => {
  const texts = writeFrame({ ok: true, value: "x".repeat(MOST_COLLECTED), warnings: [] });
  const found = read(texts);
  expect(found).toMatchObject({ kind: "whole", collected: { ok: false } });
  expect(JSON.stringify(found)).toMatch(/have 10486\d\d bytes together, more than the 1048576 .* File output/);
});

test("a message that is cut or changed anywhere is refused", () => {
  fc.assert(
    fc.property(collected, fc.nat(), fc.constantFrom("cut", "change", "insert"), (given, place, how) => {
      const { message } = writeFrame(given);
      const characters = [...message];
      const at = place % characters.length;
      const before = characters.slice(0, at).join("");
      const after = characters.slice(at + 1).join("");
      const spoiled =
        how === "cut"
          ? before
          : how === "insert"
            ? `${before}Q${characters[at]}${after}`
            : `${before}${characters[at] === "7" ? "8" : "7"}${after}`;
      expect(read({ message: spoiled, log: writeFrame(given).log ?? "" })).toMatchObject({ kind: "broken" });
    }),
  );
});

test("lines of the log that are lost, repeated, exchanged, cut or forged are refused", () => {
  const { message, log } = writeFrame(large);
  const lines = log!.trimEnd().split("\n");
  fc.assert(
    fc.property(fc.nat(lines.length - 1), fc.nat(lines.length - 1), (one, other) => {
      const without = lines.toSpliced(one, 1);
      const twice = lines.toSpliced(other, 0, lines[one]!);
      const exchanged = lines.with(one, lines[other]!).with(other, lines[one]!);
      const cut = lines.with(one, lines[one]!.slice(0, -5));
      const forged = lines.with(one, `${lines[one]!.slice(0, -8)}AAAA${lines[one]!.slice(-4)}`);
      for (const spoiled of [without, twice, cut, forged, ...(one === other ? [] : [exchanged])]) {
        expect(read({ message, log: spoiled.join("\n") })).toMatchObject({ kind: "broken" });
      }
    }),
  );
});

test("other lines in the log do no harm", () => {
  const { message, log } = writeFrame(large);
  const older = writeFrame({ ok: true, value: "y".repeat(9000), warnings: [] }).log!;
  expect(read({ message, log: `(node) a warning\n${older}${log}\nbye\n` })).toMatchObject({ kind: "whole" });
});

test("an empty message, a foreign one and one of another version are told apart", () => {
  expect(readFrame("")).toMatchObject({ message: expect.stringContaining("said nothing") });
  expect(readFrame("Killed")).toMatchObject({ message: expect.stringContaining("something else") });
  expect(readFrame("sluice-frame 2 message 3 abc\n")).toMatchObject({ message: expect.stringContaining("version") });
});

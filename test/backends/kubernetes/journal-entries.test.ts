import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeLine } from "../../../src/backends/journal-format.ts";
import {
  cutText,
  type Entry,
  entryKey,
  orderEntries,
  readEntries,
  readRecords,
} from "../../../src/backends/kubernetes/journal-entries.ts";
import type { JournalRecord } from "../../../src/engine/protocol.ts";

const record = (value: string): JournalRecord => ({
  type: "attempt-ended",
  instance: "a",
  attempt: 1,
  fingerprint: "f",
  outcome: { ok: true, value },
  time: 1,
});

const entry = (number: number, text: string, first = false): Entry => ({ number, text, first });

test("a text that is cut fits, is whole when joined, and no character is cut", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 4, max: 40 }), (text, limit) => {
      const parts = cutText(text, limit);
      expect(parts.join("")).toBe(text);
      expect(parts.filter((part) => Buffer.byteLength(part) > limit)).toEqual([]);
    }),
  );
});

test("however the journal is cut, gathered, repeated and listed, the same records are read", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: "grapheme" }), { maxLength: 12 }),
      fc.integer({ min: 20, max: 300 }),
      fc.infiniteStream(fc.nat(5)),
      (values, limit, random) => {
        const records = values.map(record);
        const text = records.map((one, at) => `${encodeLine(one, at + 1)}\n`).join("");
        const pieces = text === "" ? [] : cutText(text, limit);
        const entries = pieces.map((piece, at) => entry(at + 1, piece, at === 0));
        const next = (): number => random.next().value ?? 0;
        const objects = entries.flatMap((one) => Array.from({ length: 1 + (next() % 2) }, () => [one]));
        for (let at = 0; at + 1 < entries.length; at += 1 + next()) objects.push(entries.slice(at, at + 1 + next()));
        const shuffled = objects.map((one) => ({ one, at: next() })).sort((a, b) => a.at - b.at);
        const found = shuffled.flatMap(({ one }) =>
          readEntries(Object.fromEntries(one.map((each) => [entryKey(each), each.text]))),
        );
        const ordered = orderEntries(found, "run");
        if (!ordered.ok) throw new Error(ordered.message);
        expect(readRecords(ordered.value, "run")).toEqual({ ok: true, value: { records, warnings: [] } });
      },
    ),
  );
});

test("what a driver left unfinished ends where the next one begins", () => {
  const [a, b] = [encodeLine(record("a"), 1), encodeLine(record("b"), 2)];
  const entries = [entry(1, `${a}\n${b.slice(0, 40)}`, true), entry(2, b.slice(40, 60)), entry(3, `${b}\n`, true)];
  expect(readRecords(entries, "run")).toEqual({
    ok: true,
    value: {
      records: [record("a"), record("b")],
      warnings: ["record 2 of the journal `run` was cut short when the run was interrupted; it is left out"],
    },
  });
});

test("records of another order, damaged or of a later version are refused with their entry", () => {
  const line = encodeLine(record("a"), 1);
  const message = (text: string) => {
    const read = readRecords([entry(1, `${text}\n`)], "run");
    return read.ok ? "" : read.message;
  };
  expect(message(encodeLine(record("a"), 2))).toContain(
    "entry 1 of the journal `run` does not go on where the one before it ends",
  );
  expect(message(line.replace('"a"', '"b"'))).toContain("holds a damaged record");
  expect(message(line.replace('"v":1', '"v":2'))).toContain("written by a newer version of sluice");
});

test("a missing entry, or two texts for one, is an error", () => {
  const refused = (entries: Entry[]) => {
    const ordered = orderEntries(entries, "run");
    return ordered.ok ? "" : ordered.message;
  };
  expect(refused([entry(1, "a"), entry(3, "c")])).toContain("entry 2 of the journal `run` is missing");
  expect(refused([entry(1, "a"), entry(1, "b")])).toContain(
    "entry 1 of the journal `run` stands there twice and differs",
  );
  expect(refused([entry(2, "a", true), entry(1, "x"), entry(2, "a", true)])).toBe("");
});

test("keys that are none of the journal's are passed over", () => {
  expect(
    readEntries({ "00000007": "a", "00000008-first": "b", note: "c", "0000001": "d", "00000009-last": "e" }),
  ).toEqual([entry(7, "a"), entry(8, "b", true)]);
});

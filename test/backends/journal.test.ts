import * as fs from "node:fs";
import * as path from "node:path";
import { afterAll, expect, test } from "vitest";
import { openJournal, REAL_FILE, readJournal } from "../../src/backends/journal.ts";
import { decodeLine, encodeLine } from "../../src/backends/journal-format.ts";
import type { JournalRecord } from "../../src/engine/protocol.ts";
import { makeRecord, type RecordValue, type Value } from "../../src/types/value.ts";
import { makeTestFolder, removeFolders } from "./local-harness.ts";

afterAll(removeFolders);

function ended(instance: string, value: Value = "ü\n😀"): JournalRecord {
  return { type: "attempt-ended", instance, attempt: 1, fingerprint: "f", outcome: { ok: true, value }, time: 1 };
}

async function writeJournal(...records: JournalRecord[]): Promise<string> {
  const file = path.join(makeTestFolder(), "journal.jsonl");
  const opened = openJournal(file);
  if (!opened.ok) throw new Error(opened.message);
  await opened.value.journal.append(records);
  opened.value.journal.close();
  return file;
}

test("what was appended is read back, whatever the fields are called", async () => {
  const value = makeRecord([
    ["__proto__", 1],
    ["constructor", makeRecord([["toString", "x"]])],
  ]);
  const records = [ended("a", value), ended('xs["b\\n"].y'), ended("c", [value])];
  const file = await writeJournal(...records);
  const read = readJournal(file);
  expect(read).toMatchObject({ ok: true, value: { records, warnings: [] } });
  const first = read.ok && read.value.records[0];
  const restored =
    first && first.type === "attempt-ended" && first.outcome.ok ? (first.outcome.value as RecordValue) : {};
  expect(Object.keys(restored)).toEqual(["__proto__", "constructor"]);
  expect("hasOwnProperty" in restored).toBe(false);
});

test("a later driver appends behind what is there", async () => {
  const file = await writeJournal(ended("a"));
  const opened = openJournal(file);
  if (!opened.ok) throw new Error(opened.message);
  await opened.value.journal.append([ended("b"), ended("c")]);
  opened.value.journal.close();
  expect(readJournal(file)).toMatchObject({ value: { records: [ended("a"), ended("b"), ended("c")] } });
});

test("a journal cut at any byte loses at most the record that was cut", async () => {
  const file = await writeJournal(ended("a"), ended("b"));
  const whole = fs.readFileSync(file);
  const first = whole.indexOf(10) + 1;
  for (let length = 0; length < whole.length; length++) {
    fs.writeFileSync(file, whole.subarray(0, length));
    const opened = openJournal(file);
    if (!opened.ok) throw new Error(opened.message);
    opened.value.journal.close();
    expect(opened.value.records).toEqual(length < first ? [] : [ended("a")]);
    expect(opened.value.warnings.length).toBe(length === 0 || length === first ? 0 : 1);
    expect(fs.statSync(file).size).toBe(length < first ? 0 : first);
  }
});

test("a last line that was not wholly written is cut off, also when it ends a line", async () => {
  const file = await writeJournal(ended("a"), ended("b"));
  const text = fs.readFileSync(file, "utf8");
  fs.writeFileSync(file, text.replace(/"b"(?=,"attempt":1)/, '"B"'));
  const opened = openJournal(file);
  expect(opened).toMatchObject({
    ok: true,
    value: { records: [ended("a")], warnings: [expect.stringContaining("line 2")] },
  });
  if (opened.ok) opened.value.journal.close();
  fs.writeFileSync(file, `${text}\0\0\0\0`);
  expect(readJournal(file)).toMatchObject({
    ok: true,
    value: { records: [ended("a"), ended("b")], warnings: [expect.stringContaining("line 3")] },
  });
});

test("a damaged line before the last is an error that names file and line", async () => {
  const file = await writeJournal(ended("a"), ended("b"), ended("c"));
  fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace('"b"', '"x"'));
  expect(readJournal(file)).toEqual({
    ok: false,
    message: expect.stringContaining(`\`${file}\`, line 2: the record is damaged`),
  });
  expect(openJournal(file)).toMatchObject({ ok: false });
});

test("a line that is missing or stands twice is noticed", async () => {
  const file = await writeJournal(ended("a"), ended("b"), ended("c"));
  const lines = fs.readFileSync(file, "utf8").split("\n");
  fs.writeFileSync(file, [lines[0], lines[2], ""].join("\n"));
  expect(readJournal(file)).toMatchObject({ ok: false, message: expect.stringContaining("line 2") });
  fs.writeFileSync(file, [lines[0], lines[1], lines[1], ""].join("\n"));
  expect(readJournal(file)).toMatchObject({ ok: false, message: expect.stringContaining("line 3") });
});

test("a journal of a newer version is refused, not repaired", async () => {
  const file = await writeJournal(ended("a"));
  fs.appendFileSync(file, '{"v":2,"seq":2,"sum":"?"}\n');
  const size = fs.statSync(file).size;
  expect(openJournal(file)).toMatchObject({ ok: false, message: expect.stringContaining("newer version") });
  expect(fs.statSync(file).size).toBe(size);
});

test("a disk that is full fails this append and all later ones, and what was durable stays", async () => {
  const file = path.join(makeTestFolder(), "journal.jsonl");
  let room = 400;
  const opened = openJournal(file, {
    ...REAL_FILE,
    write: async (fd, bytes, offset) => {
      if (room === 0) throw Object.assign(new Error("full"), { code: "ENOSPC" });
      const length = Math.min(room, bytes.length - offset);
      room -= length;
      return fs.writeSync(fd, bytes, offset, length);
    },
  });
  if (!opened.ok) throw new Error(opened.message);
  const { journal } = opened.value;
  expect(await journal.append([ended("a")])).toEqual({ ok: true, value: null });
  const full = { ok: false, code: "ENOSPC", message: expect.stringContaining("no space is left on the disk") };
  expect(await journal.append([ended("b"), ended("c"), ended("d")])).toEqual(full);
  room = 1000;
  expect(await journal.append([ended("e")])).toEqual(full);
  journal.close();
  const read = readJournal(file);
  expect(read.ok && read.value.records[0]).toEqual(ended("a"));
  expect(read).toMatchObject({ ok: true, value: { warnings: [expect.stringContaining("cut short")] } });
});

test("a journal that cannot be opened says why", () => {
  const folder = makeTestFolder();
  expect(openJournal(path.join(folder, "no", "journal.jsonl"))).toMatchObject({
    ok: false,
    code: "ENOENT",
    message: expect.stringContaining("does not exist"),
  });
  expect(openJournal(folder)).toMatchObject({ ok: false, message: expect.stringContaining("it is a folder") });
});

test("the checksum covers the number of the line", () => {
  const line = encodeLine(ended("a"), 7);
  expect(decodeLine(line, 7)).toEqual({ ok: true, record: ended("a") });
  expect(decodeLine(line, 8)).toEqual({ ok: false, problem: "out-of-order" });
  expect(decodeLine(line.replace('"seq":7', '"seq":8'), 8)).toEqual({ ok: false, problem: "damaged" });
});

test("ten thousand records are read in well under a second", async () => {
  const file = await writeJournal(
    ...Array.from({ length: 20_000 }, (_, i) => ended(`runs["${i}"].train`, makeRecord([["loss", i]]))),
  );
  const begun = performance.now();
  const read = readJournal(file);
  expect(performance.now() - begun).toBeLessThan(600);
  expect(read.ok && read.value.records.length).toBe(20_000);
});

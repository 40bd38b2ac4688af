// One journal record as one line of text and back. Every line carries the format's version, its number in the journal and a checksum over
// both number and record, so that a line that was cut, changed, dropped or repeated is noticed. The same lines are kept in files and in the
// cluster.
import { crc32 } from "node:zlib";
import type { JournalRecord } from "../engine/protocol.ts";
import { emptyRecord, type RecordValue, type Value } from "../types/value.ts";

/** Grows when an older reader would misread what a newer driver wrote. */
export const JOURNAL_VERSION = 1;

const LINE = /^\{"v":1,"seq":(\d{1,15}),"crc":"([0-9a-f]{8})","record":(.*)\}$/s;

/** The line of a record, without the line end. `seq` counts from 1. */
export function encodeLine(record: JournalRecord, seq: number): string {
  const text = JSON.stringify(record);
  return `{"v":${JOURNAL_VERSION},"seq":${seq},"crc":"${checksum(seq, text)}","record":${text}}`;
}

export type DecodedLine =
  | { readonly ok: true; readonly record: JournalRecord }
  /** `newer`: a later version of sluice wrote it; nothing is wrong with the line. */
  | { readonly ok: false; readonly problem: "damaged" | "out-of-order" | "newer" };

/** Reads one line, expecting it to be number `seq`. */
export function decodeLine(line: string, seq: number): DecodedLine {
  const match = LINE.exec(line);
  if (match === null) {
    const version = /^\{"v":(\d{1,9}),/.exec(line);
    return { ok: false, problem: version !== null && Number(version[1]) > JOURNAL_VERSION ? "newer" : "damaged" };
  }
  const found = Number(match[1]);
  const text = match[3]!;
  if (match[2] !== checksum(found, text)) return { ok: false, problem: "damaged" };
  if (found !== seq) return { ok: false, problem: "out-of-order" };
  return { ok: true, record: restoreValues(JSON.parse(text) as JournalRecord) };
}

function checksum(seq: number, text: string): string {
  return crc32(`${seq} ${text}`).toString(16).padStart(8, "0");
}

// JSON.parse makes ordinary objects; values of the language inherit nothing, so that a field may have any name.
function restoreValues(record: JournalRecord): JournalRecord {
  switch (record.type) {
    case "run-started":
    case "run-resumed":
      return { ...record, parameters: restoreValue(record.parameters) as RecordValue };
    case "attempt-handle":
      return { ...record, handle: restoreValue(record.handle) };
    case "attempt-ended":
      return record.outcome.ok
        ? { ...record, outcome: { ...record.outcome, value: restoreValue(record.outcome.value) } }
        : record;
    case "run-ended":
      return record.result === undefined ? record : { ...record, result: restoreValue(record.result) };
    default:
      return record;
  }
}

/** A value as it was before it went through JSON: its records inherit nothing. */
export function restoreValue(value: Value): Value {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Value[]).map(restoreValue);
  const record = emptyRecord();
  for (const [name, field] of Object.entries(value as RecordValue)) record[name] = restoreValue(field);
  return record;
}

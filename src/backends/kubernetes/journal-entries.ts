// The journal's text as ConfigMaps hold it, and how it is put together again. The text is cut into entries that count from 1; each ConfigMap holds
// one entry, or many of them once they were gathered. An entry is written once and never changes, so it may be found in several ConfigMaps.
import type { JournalRecord } from "../../engine/protocol.ts";
import type { FileResult } from "../file-problem.ts";
import { decodeLine } from "../journal-format.ts";

export interface Entry {
  /** Counts from 1. */
  readonly number: number;
  readonly text: string;
  /**
   * The first one of a driver. It stays as an object of its own for as long as the run is kept: an earlier driver that still believes to be
   * alone writes under just this number next, and must find it taken. A line that the earlier driver did not finish ends here.
   */
  readonly first: boolean;
}

export interface ReadEntries {
  readonly records: readonly JournalRecord[];
  readonly warnings: readonly string[];
}

/** UTF-8 bytes of one entry at most: a ConfigMap holds 1 MiB. */
const ENTRY_BYTES = 900_000;
const KEY = /^(\d{8})(-first)?$/;

/** The key of an entry among a ConfigMap's data. */
export function entryKey({ number, first }: Pick<Entry, "number" | "first">): string {
  return `${String(number).padStart(8, "0")}${first ? "-first" : ""}`;
}

/** The entries among a ConfigMap's data; other keys are passed over. */
export function readEntries(data: Readonly<Record<string, string>>): readonly Entry[] {
  return Object.entries(data).flatMap(([key, text]) => {
    const match = KEY.exec(key);
    return match === null ? [] : [{ number: Number(match[1]), text, first: match[2] !== undefined }];
  });
}

/** Cuts a text into parts that fit into entries, between characters. */
export function cutText(text: string, limit = ENTRY_BYTES): readonly string[] {
  // Three bytes at most for each unit of UTF-16.
  if (text.length * 3 <= limit) return [text];
  const bytes = Buffer.from(text, "utf8");
  const parts: string[] = [];
  for (let start = 0; start < bytes.length; ) {
    let end = Math.min(start + limit, bytes.length);
    // Not inside a character.
    while (end < bytes.length && (bytes[end]! & 0xc0) === 0x80) end--;
    parts.push(bytes.toString("utf8", start, end));
    start = end;
  }
  return parts;
}

/** Puts entries in order, each once. A number that is missing or stands for two texts is an error. */
export function orderEntries(found: Iterable<Entry>, journal: string): FileResult<readonly Entry[]> {
  const entries: Entry[] = [];
  for (const entry of found) {
    const known = entries[entry.number - 1];
    if (known !== undefined && (known.text !== entry.text || known.first !== entry.first)) {
      const message = `entry ${entry.number} of the journal \`${journal}\` stands there twice and differs; the run cannot be continued from it`;
      return { ok: false, message };
    }
    entries[entry.number - 1] = entry;
  }
  for (let at = 0; at < entries.length; at++) {
    if (entries[at] === undefined) {
      const message = `entry ${at + 1} of the journal \`${journal}\` is missing: one of its ConfigMaps was deleted; the run cannot be continued from it`;
      return { ok: false, message };
    }
  }
  return { ok: true, value: entries };
}

/** Reads the records of ordered entries; what a driver left unfinished is left out with a warning, anything else that is not whole is an error. */
export function readRecords(entries: readonly Entry[], journal: string): FileResult<ReadEntries> {
  const records: JournalRecord[] = [];
  const warnings: string[] = [];
  let rest = "";
  const leaveOut = (): void => {
    if (rest === "") return;
    rest = "";
    const number = records.length + 1;
    warnings.push(
      `record ${number} of the journal \`${journal}\` was cut short when the run was interrupted; it is left out`,
    );
  };
  for (const { text, first, number } of entries) {
    if (first) leaveOut();
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      const line = rest + text.slice(start, end);
      rest = "";
      start = end + 1;
      const decoded = decodeLine(line, records.length + 1);
      if (!decoded.ok) return { ok: false, message: describeBadLine(decoded.problem, number, journal) };
      records.push(decoded.record);
    }
    rest += text.slice(start);
  }
  leaveOut();
  return { ok: true, value: { records, warnings } };
}

function describeBadLine(problem: "damaged" | "out-of-order" | "newer", entry: number, journal: string): string {
  const where = `entry ${entry} of the journal \`${journal}\``;
  if (problem === "newer")
    return `${where} was written by a newer version of sluice; use that version to go on with this run`;
  const what = problem === "damaged" ? "holds a damaged record" : "does not go on where the one before it ends";
  return `${where} ${what}; the run cannot be continued from it`;
}

// The journal of a run: an append-only file, one record a line. What comes in are records; when an append says it is done they survive a
// loss of power. Reading repairs a torn end (the driver died while writing) and refuses everything else that is not whole.
import * as fs from "node:fs";
import type { JournalRecord } from "../engine/protocol.ts";
import { type FileResult, fileFailure } from "./file-problem.ts";
import { decodeLine, encodeLine } from "./journal-format.ts";

export interface Journal {
  /** Resolves when the records are durable, or with the sentence that says why they are not; after a failure every append fails. */
  append(records: readonly JournalRecord[]): Promise<FileResult<null>>;
  close(): void;
}

/** What an opened journal held. */
export interface OpenedJournal {
  readonly journal: Journal;
  readonly records: readonly JournalRecord[];
  /** Sentences for people, such as that a torn last record was cut off. */
  readonly warnings: readonly string[];
}

/** The file operations an append makes; tests put in ones that fail. */
export interface JournalFile {
  /** Appends bytes from `offset` of the buffer; may write fewer than asked. */
  write(fd: number, bytes: Uint8Array, offset: number): Promise<number>;
  sync(fd: number): Promise<void>;
}

export const REAL_FILE: JournalFile = {
  write: (fd, bytes, offset) =>
    new Promise((resolve, reject) => {
      fs.write(fd, bytes, offset, bytes.length - offset, null, (error, written) =>
        error ? reject(error) : resolve(written),
      );
    }),
  sync: (fd) =>
    SYNCED_WRITES === 0
      ? new Promise((resolve, reject) => fs.fdatasync(fd, (error) => (error ? reject(error) : resolve())))
      : Promise.resolve(),
};

/** On Linux a write to a file opened like this is durable when it is done, which saves a call and a turn for each group of records. */
const SYNCED_WRITES = process.platform === "linux" ? fs.constants.O_DSYNC : 0;

/** Opens the journal for appending, making it when it is missing; the run's lock must be held. */
export function openJournal(path: string, file: JournalFile = REAL_FILE): FileResult<OpenedJournal> {
  let fd: number;
  try {
    const { O_APPEND, O_CREAT, O_WRONLY } = fs.constants;
    fd = fs.openSync(path, O_APPEND | O_CREAT | O_WRONLY | SYNCED_WRITES, 0o666);
  } catch (error) {
    return fileFailure(error, "open the journal", path);
  }
  const read = readJournal(path);
  if (!read.ok) {
    fs.closeSync(fd);
    return read;
  }
  const { records, warnings, wholeBytes, bytes } = read.value;
  if (wholeBytes < bytes) {
    try {
      fs.ftruncateSync(fd, wholeBytes);
      fs.fsyncSync(fd);
    } catch (error) {
      fs.closeSync(fd);
      return fileFailure(error, "repair the journal", path);
    }
  }
  return { ok: true, value: { journal: appendTo(fd, path, records.length, file), records, warnings } };
}

export interface ReadJournal {
  readonly records: readonly JournalRecord[];
  readonly warnings: readonly string[];
  /** Up to where the file is whole, and how long it is. */
  readonly wholeBytes: number;
  readonly bytes: number;
}

/** Reads without changing anything: a torn last line is left out with a warning; any other bad line is an error naming file and line. */
export function readJournal(path: string): FileResult<ReadJournal> {
  let bytes: Buffer;
  try {
    bytes = fs.readFileSync(path);
  } catch (error) {
    return fileFailure(error, "read the journal", path);
  }
  const records: JournalRecord[] = [];
  let start = 0;
  while (start < bytes.length) {
    const newline = bytes.indexOf(10, start);
    const end = newline === -1 ? bytes.length : newline;
    const number = records.length + 1;
    const decoded = decodeLine(bytes.toString("utf8", start, end), number);
    const last = newline === -1 || newline === bytes.length - 1;
    if (!decoded.ok && decoded.problem === "newer") {
      return {
        ok: false,
        message: `\`${path}\`, line ${number}: written by a newer version of sluice; use that version to go on with this run`,
      };
    }
    // A line without its end was never reported as durable, even when the record itself is whole.
    if (last && (newline === -1 || (!decoded.ok && decoded.problem === "damaged"))) {
      const warnings = [
        `the last record of \`${path}\` (line ${number}) was cut short when the run was interrupted; it is left out`,
      ];
      return { ok: true, value: { records, warnings, wholeBytes: start, bytes: bytes.length } };
    }
    if (!decoded.ok) {
      const what =
        decoded.problem === "damaged" ? "the record is damaged" : "a record is missing or stands twice before it";
      return {
        ok: false,
        message: `\`${path}\`, line ${number}: ${what}; the run cannot be continued from this journal`,
      };
    }
    records.push(decoded.record);
    start = end + 1;
  }
  return { ok: true, value: { records, warnings: [], wholeBytes: bytes.length, bytes: bytes.length } };
}

function appendTo(fd: number, path: string, count: number, file: JournalFile): Journal {
  let written = count;
  let failure: { ok: false; message: string; code?: string } | undefined;
  let closed = false;
  return {
    append: async (records) => {
      if (closed) throw new Error("append to a closed journal");
      if (failure !== undefined) return failure;
      let text = "";
      for (const record of records) text += `${encodeLine(record, ++written)}\n`;
      const bytes = Buffer.from(text, "utf8");
      try {
        for (let offset = 0; offset < bytes.length; ) offset += await file.write(fd, bytes, offset);
        await file.sync(fd);
      } catch (error) {
        // How much reached the disk is unknown from here on; the next reader finds out.
        failure = fileFailure(error, "write the journal", path);
        return failure;
      }
      return { ok: true, value: null };
    },
    close: () => {
      if (!closed) fs.closeSync(fd);
      closed = true;
    },
  };
}

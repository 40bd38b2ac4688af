// The end of an attempt's log, fit to be quoted in a message: bounded, without what acts on a terminal, without secrets.
import * as fs from "node:fs";
import { printable } from "../../util/printable.ts";

/** Bytes read from the end of the log, and characters of it that are quoted at most. */
const WINDOW = 32 * 1024;
const QUOTED = 2000;
const LINES = 20;

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with a control character
const ESCAPE_SEQUENCE = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** The last lines of the log; "" when it is empty or cannot be read. */
export function readLogTail(file: string, redact: (text: string) => string): string {
  const text = redact(readEnd(file));
  const lines = text
    .replace(ESCAPE_SEQUENCE, "")
    .split("\n")
    // Progress bars write a line over and over.
    .map((line) => printable(lastWritten(line.replace(/\r+$/, "")).trimEnd()))
    .filter((line, index, all) => line !== "" || (index > 0 && all[index - 1] !== ""));
  while (lines.at(-1) === "") lines.pop();
  const kept: string[] = [];
  let length = 0;
  for (const line of lines.reverse()) {
    const room = QUOTED - length;
    if (kept.length === LINES || room < Math.min(line.length, 100)) break;
    kept.push(line.length <= room ? line : `…${line.slice(-room)}`);
    length += line.length + 1;
  }
  return kept.reverse().join("\n");
}

function lastWritten(line: string): string {
  return line.slice(line.lastIndexOf("\r") + 1);
}

function readEnd(file: string): string {
  let descriptor: number;
  try {
    descriptor = fs.openSync(file, "r");
  } catch {
    return "";
  }
  try {
    const { size } = fs.fstatSync(descriptor);
    const length = Math.min(size, WINDOW);
    const bytes = Buffer.alloc(length);
    const read = fs.readSync(descriptor, bytes, 0, length, size - length);
    return bytes.toString("utf8", 0, read);
  } finally {
    fs.closeSync(descriptor);
  }
}

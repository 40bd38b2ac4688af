// How what a helper collected leaves its pod: one frame, in the helper's termination message where it is small, else as numbered lines in its log.
// In: what was collected. Out: the texts; and from the texts what was collected, or what is wrong with them. Holds afterwards: a frame that was
// cut, repeated, reordered or mixed with other text is refused, and nothing of it is used.
import { createHash } from "node:crypto";
import type { Value } from "../../types/value.ts";

/** What the helper found: the result as `toJsonValue` prints it, Files and Dirs as references of the cluster; or why there is none. */
export type Collected =
  | { readonly ok: true; readonly value: Value; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly message: string };

/** What the termination message says of a frame in the log. */
export interface LogFrame {
  readonly lines: number;
  /** Bytes of the frame's content. */
  readonly bytes: number;
  /** SHA-256 of the content, in hexadecimal digits. */
  readonly hash: string;
}

export type FrameRead =
  | { readonly kind: "whole"; readonly collected: Collected }
  | { readonly kind: "in-log"; readonly header: LogFrame }
  | Broken;

export type LogFrameRead = Exclude<FrameRead, { readonly kind: "in-log" }>;

interface Broken {
  readonly kind: "broken";
  /** A sentence without a full stop. */
  readonly message: string;
}

export interface FrameTexts {
  /** The termination message. */
  readonly message: string;
  /** What the log has to hold before the message is written. */
  readonly log?: string;
}

/** Bytes of a frame in a termination message: a pod's containers share 12 KiB, so that each of four has 3. */
export const MOST_MESSAGE = 3 * 1024;

/** Bytes of the content of a frame in the log. */
export const MOST_COLLECTED = 1024 * 1024;

const HEAD = "sluice-frame 1";
const END = "sluice-end";
/** Bytes of content in a line of the log; a third more as base64, below the 16 KiB at which runtimes cut lines. */
const LINE_BYTES = 3 * 1024;

/** The texts of a frame; what is too large for any frame becomes one that says so. `most`: bytes for the termination message. */
export function writeFrame(collected: Collected, most: number = MOST_MESSAGE): FrameTexts {
  const content = Buffer.from(JSON.stringify(collected), "utf8");
  if (content.length > MOST_COLLECTED) {
    const found = collected.ok ? `the outputs have ${content.length} bytes together` : collected.message.slice(0, 1000);
    const message = collected.ok ? `${found}, ${tooLarge(MOST_COLLECTED)}` : found;
    return writeFrame({ ok: false, message }, most);
  }
  const hash = hashOf(content);
  const message = `${HEAD} message ${content.length} ${hash}\n${content.toString("utf8")}\n${END} ${hash.slice(0, 16)}`;
  if (Buffer.byteLength(message) <= most) return { message };
  const lines: string[] = [];
  for (let at = 0; at < content.length; at += LINE_BYTES) {
    const text = content.subarray(at, at + LINE_BYTES).toString("base64");
    lines.push(`${linePrefix(lines.length, hash)}${text}\n`);
  }
  return {
    message: `${HEAD} log ${lines.length} ${content.length} ${hash}\n${END} ${hash.slice(0, 16)}`,
    log: lines.join(""),
  };
}

/** The end of a sentence about a value that no frame can hold. */
export function tooLarge(most: number): string {
  return `more than the ${most} that a result may have in a cluster; write large data to a File output instead`;
}

/** Reads a helper's termination message. */
export function readFrame(terminationMessage: string): FrameRead {
  const inMessage = /^sluice-frame 1 message (\d{1,9}) ([0-9a-f]{64})\n(.*)\nsluice-end ([0-9a-f]{16})$/su.exec(
    terminationMessage,
  );
  if (inMessage) {
    const [, bytes, hash, text, end] = inMessage;
    if (end !== hash!.slice(0, 16)) return broken("it does not end as it begins");
    return readContent(Buffer.from(text!, "utf8"), Number(bytes), hash!);
  }
  const inLog = /^sluice-frame 1 log (\d{1,6}) (\d{1,9}) ([0-9a-f]{64})\nsluice-end ([0-9a-f]{16})$/u.exec(
    terminationMessage,
  );
  if (inLog) {
    const [, lines, bytes, hash, end] = inLog;
    if (end !== hash!.slice(0, 16)) return broken("it does not end as it begins");
    if (Number(bytes) > MOST_COLLECTED) return broken(`it is said to have ${bytes} bytes`);
    if (Number(lines) !== Math.ceil(Number(bytes) / LINE_BYTES))
      return broken(`it is said to have ${bytes} bytes in ${lines} lines`);
    return { kind: "in-log", header: { lines: Number(lines), bytes: Number(bytes), hash: hash! } };
  }
  if (terminationMessage === "") return broken("the helper said nothing");
  if (/^sluice-frame \d+ /.test(terminationMessage) && !terminationMessage.startsWith(`${HEAD} `))
    return broken("it was written by another version of sluice");
  return broken(terminationMessage.startsWith(HEAD) ? "it is cut or changed" : "the helper said something else");
}

/** Reads the frame from the helper's log; lines that are no part of a frame are passed over. */
export function readLogFrame(header: LogFrame, log: string): LogFrameRead {
  const parts: Buffer[] = [];
  const prefix = /^sluice-line (\d{6}) ([0-9a-f]{16}) ([A-Za-z0-9+/]+={0,2})$/;
  for (const line of log.split("\n")) {
    if (!line.startsWith("sluice-line ")) continue;
    const [, number, mark, text] = prefix.exec(line.replace(/\r$/, "")) ?? [];
    if (number === undefined) return broken(`line ${parts.length + 1} of ${header.lines} is cut or changed`);
    // A helper that was started anew wrote the lines of another frame before.
    if (mark !== header.hash.slice(0, 16)) continue;
    if (Number(number) !== parts.length)
      return broken(`line ${Number(number) + 1} stands where line ${parts.length + 1} belongs`);
    if (parts.length === header.lines) return broken(`there are more than ${header.lines} lines`);
    const bytes = Buffer.from(text!, "base64");
    if (bytes.toString("base64") !== text)
      return broken(`line ${parts.length + 1} of ${header.lines} is cut or changed`);
    parts.push(bytes);
  }
  if (parts.length < header.lines) return broken(`only ${parts.length} of ${header.lines} lines are there`);
  return readContent(Buffer.concat(parts), header.bytes, header.hash);
}

function readContent(content: Buffer, bytes: number, hash: string): LogFrameRead {
  if (content.length !== bytes) return broken(`it has ${content.length} bytes, and says that it has ${bytes}`);
  if (hashOf(content) !== hash) return broken("its content does not match its hash");
  let data: unknown;
  try {
    data = JSON.parse(content.toString("utf8"));
  } catch {
    return broken("its content is not JSON");
  }
  return isCollected(data) ? { kind: "whole", collected: data } : broken("its content is no result");
}

function isCollected(data: unknown): data is Collected {
  if (typeof data !== "object" || data === null || !("ok" in data)) return false;
  if (data.ok === false) return "message" in data && typeof data.message === "string";
  if (data.ok !== true || !("value" in data) || !("warnings" in data)) return false;
  return Array.isArray(data.warnings) && data.warnings.every((warning) => typeof warning === "string");
}

function linePrefix(number: number, hash: string): string {
  return `sluice-line ${String(number).padStart(6, "0")} ${hash.slice(0, 16)} `;
}

function hashOf(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

function broken(why: string): Broken {
  return { kind: "broken", message: `the result did not come back whole: ${why}` };
}

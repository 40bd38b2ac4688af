// The Io of the real process. Output is written synchronously: nothing is lost at exit, and the order on a terminal is the order of writing.
import { fstatSync, writeSync } from "node:fs";
import { type Io, type Signal, type Sink, wantsColor } from "./io.ts";

const SIGNALS: readonly Signal[] = ["SIGINT", "SIGTERM", "SIGHUP"];
const DEFAULT_COLUMNS = 100;
/** Milliseconds between attempts on a pipe that is full. */
const FULL_PIPE_WAIT = 2;

/** The Io of this process. */
export function createProcessIo(): Io {
  return {
    cwd: process.cwd(),
    env: process.env,
    stdout: createSink(1),
    stderr: createSink(2),
    readStdin,
    onSignal,
    now: Date.now,
  };
}

/** `node:tty` brings half of the network with it: it is loaded only where there may be a terminal. */
function isTerminalAt(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice() && process.getBuiltinModule("node:tty").isatty(descriptor);
  } catch {
    return false;
  }
}

// What is behind a stream is found out when somebody asks: most calls print nothing, or only to one of the two.
function createSink(descriptor: 1 | 2): Sink {
  let known: boolean | undefined;
  const isTerminal = (): boolean => {
    known ??= isTerminalAt(descriptor);
    return known;
  };
  let closed = false;
  return {
    get isTerminal() {
      return isTerminal();
    },
    get color() {
      return wantsColor(process.env, isTerminal());
    },
    get columns() {
      if (!isTerminal()) return DEFAULT_COLUMNS;
      return (descriptor === 1 ? process.stdout : process.stderr).columns || DEFAULT_COLUMNS;
    },
    write(text) {
      if (!closed && text !== "") closed = !writeAll(descriptor, Buffer.from(text, "utf8"));
    },
  };
}

/** False when nobody reads any more. */
function writeAll(descriptor: number, bytes: Buffer): boolean {
  let at = 0;
  while (at < bytes.length) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code !== "EAGAIN") return false;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_PIPE_WAIT);
    }
  }
  return true;
}

async function readStdin(): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

function onSignal(handler: (signal: Signal) => void): () => void {
  for (const signal of SIGNALS) process.on(signal, handler);
  return () => {
    for (const signal of SIGNALS) process.off(signal, handler);
  };
}

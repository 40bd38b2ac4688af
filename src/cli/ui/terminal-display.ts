// The run on a terminal: a block at the bottom that is drawn again and again, a bar for each map and a line for each plain step, and above it
// what goes wrong, as it happens.
import { createLogUpdate } from "log-update";
import type { RunSnapshot } from "../../engine/snapshot.ts";
import { paint } from "../../util/paint.ts";
import { printable } from "../../util/printable.ts";
import type { Sink } from "../io.ts";
import type { Display, DisplayOptions } from "./display.ts";
import { createPlainDisplay } from "./plain-display.ts";
import { count, shortDuration } from "./text.ts";

/** Milliseconds between two drawings. */
const REDRAW = 100;
const BAR = 24;
const NAME = 28;
/** Plain steps that are over are listed only as long as the block stays short. */
const MOST_CALLS = 12;

/** `stream`: the terminal that `stderr` writes to. */
export function createTerminalDisplay(stderr: Sink, stream: NodeJS.WriteStream, options: DisplayOptions): Display {
  const draw = createLogUpdate(stream, { showCursor: false });
  const begun = options.now();
  const before = new Map<string, number>();
  const above: Sink = {
    ...stderr,
    write: (text) => {
      draw.clear();
      stderr.write(text);
      redraw();
    },
  };
  const plain = createPlainDisplay(above, options, false);
  const redraw = (): void => {
    draw(drawRun(options.snapshot(), options.now() - begun, { color: stderr.color, rows: stream.rows ?? 24, before }));
  };
  const timer = setInterval(redraw, REDRAW);
  timer.unref();
  return {
    report: plain.report,
    note: plain.note,
    close: () => {
      clearInterval(timer);
      redraw();
      draw.done();
    },
  };
}

interface DrawOptions {
  readonly color: boolean;
  readonly rows: number;
  /** Items of each map that were over when it was first drawn: on resume they say nothing about the rate. Filled in here. */
  readonly before: Map<string, number>;
}

const MARKS = { succeeded: "✔", failed: "✘", running: "●", ready: "○", delayed: "◌", cancelled: "–" } as const;

/** The block as text. `elapsed`: milliseconds since this driver began. */
export function drawRun(run: RunSnapshot, elapsed: number, { color, rows, before }: DrawOptions): string {
  const lines: string[] = [];
  const calls =
    run.calls.length > MOST_CALLS
      ? run.calls.filter(({ state }) => state !== "succeeded").slice(0, MOST_CALLS)
      : run.calls;
  for (const { instance, state } of calls) {
    const mark = Object.hasOwn(MARKS, state) ? MARKS[state as keyof typeof MARKS] : "●";
    const style =
      state === "succeeded" ? "good" : state === "failed" ? "error" : state === "running" ? "place" : "faint";
    lines.push(
      `${paint(mark, style, color)} ${printable(instance)}${state === "running" || state === "succeeded" ? "" : paint(` ${state}`, "faint", color)}`,
    );
  }
  if (calls.length < run.calls.length)
    lines.push(paint(`  and ${run.calls.length - calls.length} more steps`, "faint", color));
  for (const map of run.maps) {
    if (!before.has(map.map)) before.set(map.map, map.done + map.failed);
    lines.push(drawMap(map, elapsed, before.get(map.map) ?? 0, color));
  }
  lines.push(paint(`${phaseText(run)}${shortDuration(elapsed)}, ${count(run.running)} running`, "faint", color));
  return lines.slice(-Math.max(3, rows - 2)).join("\n");
}

function drawMap(map: RunSnapshot["maps"][number], elapsed: number, before: number, color: boolean): string {
  const ended = map.done + map.failed;
  const share = map.total === 0 ? 1 : ended / map.total;
  const good = Math.floor((map.total === 0 ? 1 : map.done / map.total) * BAR);
  const bad = Math.min(BAR - good, Math.ceil((map.total === 0 ? 0 : map.failed / map.total) * BAR));
  const bar = `${paint("█".repeat(good), "good", color)}${paint("█".repeat(bad), "error", color)}${paint("░".repeat(BAR - good - bad), "faint", color)}`;
  const parts = [`${count(ended)}/${count(map.total)}`];
  if (map.failed > 0) parts.push(paint(`${count(map.failed)} failed`, "error", color));
  if (map.running > 0) parts.push(`${count(map.running)} in flight`);
  const rate = elapsed > 0 ? ((ended - before) / elapsed) * 1000 : 0;
  if (share < 1 && rate > 0) {
    parts.push(rate >= 1 ? `${rate.toFixed(1)}/s` : `${(rate * 60).toFixed(1)}/min`);
    parts.push(`about ${shortDuration(((map.total - ended) / rate) * 1000)} left`);
  }
  const name = map.map.length > NAME ? `…${map.map.slice(1 - NAME)}` : map.map.padEnd(Math.min(NAME, 12));
  return `${printable(name)} ${bar} ${parts.join(", ")}`;
}

function phaseText(run: RunSnapshot): string {
  switch (run.phase) {
    case "failing":
      return "failing, what runs may finish: ";
    case "cancelling":
      return "cancelling: ";
    case "finally":
      return "finally: ";
    default:
      return "";
  }
}

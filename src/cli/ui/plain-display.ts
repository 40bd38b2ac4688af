// The run as lines of text: a line for what matters, and for wide maps now and then a line that sums up, so that ten thousand items do not
// make ten thousand lines.

import { parseInstanceId } from "../../engine/instance-id.ts";
import type { FailureReport, InstanceId, Report } from "../../engine/protocol.ts";
import { paint } from "../../util/paint.ts";
import { printable } from "../../util/printable.ts";
import type { Sink } from "../io.ts";
import type { Display, DisplayOptions } from "./display.ts";
import { count, headline, plural, shortDuration, shortStep } from "./text.ts";

/** Maps of at most so many items get a line for each. */
const FEW = 20;
/** Retries and failures told one by one in each map. */
const TOLD = 10;
/** Milliseconds between two lines that sum up one map. */
const PAUSE = 10_000;

interface MapCount {
  total: number;
  done: number;
  failed: number;
  reused: number;
  told: number;
  lastLine: number;
}

/** `verbose` false: only what goes wrong. */
export function createPlainDisplay(stderr: Sink, options: DisplayOptions, verbose = true): Display {
  const begun = new Map<InstanceId, number>();
  const maps = new Map<string, MapCount>();
  const line = (text: string): void => stderr.write(`${printable(text)}\n`);
  const say = (text: string): void => {
    if (verbose) line(text);
  };
  const countOf = (map: string): MapCount => {
    const found = maps.get(map) ?? { total: 0, done: 0, failed: 0, reused: 0, told: 0, lastLine: options.now() };
    maps.set(map, found);
    return found;
  };

  const succeeded = (report: Extract<Report, { type: "instance-succeeded" }>): void => {
    const took = begun.get(report.instance);
    begun.delete(report.instance);
    const map = mapOf(report.instance);
    if (map === undefined) {
      const how = report.reused
        ? "done before"
        : report.cachedFrom !== undefined
          ? `from the cache (${report.cachedFrom})`
          : `done after ${shortDuration(options.now() - (took ?? options.now()))}`;
      say(`${shortStep(report.instance)}: ${how}`);
      return;
    }
    const counted = countOf(map);
    counted.done++;
    if (report.reused) counted.reused++;
    else if (counted.total <= FEW) say(`${shortStep(report.instance)}: done`);
    else sumUp(map, counted);
  };

  const sumUp = (map: string, counted: MapCount): void => {
    if (options.now() - counted.lastLine < PAUSE) return;
    counted.lastLine = options.now();
    say(
      `${map}: ${plural(counted.done, "task")} done${counted.failed > 0 ? `, ${count(counted.failed)} failed` : ""}, of ${plural(counted.total, "item")}`,
    );
  };

  const failed = (failure: FailureReport, tolerated: boolean): void => {
    begun.delete(failure.instance);
    const map = mapOf(failure.instance);
    const counted = map === undefined ? undefined : countOf(map);
    if (counted) {
      counted.failed++;
      if (counted.total > FEW && ++counted.told > TOLD) {
        if (counted.told === TOLD + 1) line(`${map}: more failures are only counted`);
        return;
      }
    }
    const word = paint("failed", tolerated ? "warning" : "error", stderr.color);
    stderr.write(
      `${printable(shortStep(failure.instance))}: ${word}${tolerated ? " (tolerated)" : ""}: ${printable(headline(failure.message))}\n`,
    );
  };

  return {
    note: line,
    close: () => {},
    report: (report) => {
      switch (report.type) {
        case "map-expanded":
          countOf(mapName(report.instance)).total += report.count;
          if (mapOf(report.instance) === undefined)
            say(`${shortStep(report.instance)}: ${plural(report.count, "item")}`);
          return;
        case "map-ended":
          if (report.status === "cancelled") say(`${shortStep(report.instance)}: cancelled`);
          else if (mapOf(report.instance) === undefined && report.ok + report.failed > 0) {
            say(
              `${shortStep(report.instance)}: ${plural(report.ok, "item")} done${report.failed > 0 ? `, ${count(report.failed)} failed` : ""}`,
            );
          }
          return;
        case "instance-ready":
          begun.set(report.instance, options.now());
          return;
        case "instance-succeeded":
          succeeded(report);
          return;
        case "instance-failed":
          failed(report.failure, report.tolerated);
          return;
        case "instance-retried": {
          const map = mapOf(report.instance);
          const counted = map === undefined ? undefined : countOf(map);
          if (counted && counted.total > FEW && ++counted.told > TOLD) return;
          const when = report.delay > 0 ? `in ${shortDuration(report.delay)}` : "now";
          say(
            `${shortStep(report.instance)}: attempt ${report.attempt} ${when}, after cause ${report.cause}: ${headline(report.message)}`,
          );
          return;
        }
        case "run-failing":
          say("the run fails: nothing new starts, what runs may finish");
          return;
        case "finally-started":
          say("finally: begins");
          return;
        case "oversized":
          line(`${shortStep(report.instance)}: asks for more ${report.resource} than there is here, so it runs alone`);
          return;
      }
    },
  };
}

/** The innermost map a step is in, without keys; undefined outside of maps. */
function mapOf(instance: InstanceId): string | undefined {
  const steps = parseInstanceId(instance) ?? [];
  const last = steps.findLastIndex((step) => step.key !== undefined);
  return last < 0
    ? undefined
    : steps
        .slice(0, last + 1)
        .map((step) => step.node)
        .join(".");
}

function mapName(instance: InstanceId): string {
  return (parseInstanceId(instance) ?? []).map((step) => step.node).join(".");
}

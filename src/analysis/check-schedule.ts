// Checks `schedule "0 3 * * *" in "Europe/Berlin"`: the five fields, the time zone, and that a run can start without being given anything.
import { tasks } from "../diagnostics/catalog/tasks.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { PipelineNode, StringNode } from "../syntax/ast.ts";
import type { Span } from "../text/span.ts";
import { suggest } from "../util/suggest.ts";
import type { CheckContext } from "./context.ts";
import { findImpossibleDay, readCron } from "./cron.ts";
import { listNames } from "./describe.ts";
import { plainText } from "./plain-text.ts";
import type { Signature } from "./program.ts";

const diagnostic = bindDiagnostics(tasks);

/** Checks the schedule of a pipeline, where it has one. */
export function checkSchedule(context: CheckContext, pipeline: PipelineNode, signature: Signature): void {
  const schedule = pipeline.schedule;
  if (!schedule) return;
  checkCron(context, schedule.cron);
  if (schedule.zone) checkZone(context, schedule.zone);
  const without = signature.parameters.filter((parameter) => !parameter.node.default);
  if (without.length === 0) return;
  const names = listNames(
    without.map((parameter) => parameter.name),
    "and",
  );
  const related = without.map((parameter) => ({
    span: parameter.node.span,
    text: `\`${parameter.name}\` has no default`,
  }));
  context.report(
    diagnostic("schedule-without-default", schedule.span, { pipeline: pipeline.name.text, names }, { related }),
  );
}

function checkCron(context: CheckContext, node: StringNode): void {
  const text = plainText(node);
  if (text === undefined) return;
  const { problems, days } = readCron(text);
  for (const { problem, start, end, instead } of problems) {
    const span = spanInside(context, node, text, start, end);
    const fixes =
      instead === undefined || span === node.span
        ? []
        : [{ title: `Change to \`${instead}\``, edits: [{ span, text: instead }] }];
    const hint = instead === undefined ? "" : ` Write \`${instead}\`.`;
    context.report(diagnostic("bad-schedule", span, { problem, hint }, { fixes }));
  }
  const never = days && findImpossibleDay(days);
  if (never)
    context.report(diagnostic("schedule-never-runs", node.span, { day: String(never.day), month: never.month }));
}

/** The place of a part of a string's text; of the whole string where escapes make the two differ. */
function spanInside(context: CheckContext, node: StringNode, text: string, start: number, end: number): Span {
  const { file, start: at } = node.span;
  const written = context.module.source.text.slice(at + 1, node.span.end - 1);
  return written === text && end > start ? { file, start: at + 1 + start, end: at + 1 + end } : node.span;
}

function checkZone(context: CheckContext, node: StringNode): void {
  const name = plainText(node);
  if (name === undefined) return;
  const known = Intl.supportedValuesOf("timeZone");
  if (known.includes(name) || isAlias(name, known)) return;
  const candidates = ["UTC", ...known];
  const exact = candidates.filter((candidate) => candidate.toLowerCase() === name.toLowerCase());
  const near = exact.length > 0 ? exact : nearZones(name, candidates);
  const told = near.length > 0 ? ` Did you mean ${listNames(near)}?` : "";
  const inner = { ...node.span, start: node.span.start + 1, end: node.span.end - 1 };
  const fixes =
    near.length === 1 ? [{ title: `Change to \`${near[0]}\``, edits: [{ span: inner, text: near[0]! }] }] : [];
  context.report(diagnostic("bad-time-zone", node.span, { name, near: told }, { fixes }));
}

/** Names that the list leaves out although every system knows them: `UTC`, `US/Pacific`. Case counts, as it does for the cluster. */
function isAlias(name: string, known: readonly string[]): boolean {
  if (!/^[A-Z][A-Za-z0-9_+-]*(\/[A-Z][A-Za-z0-9_+-]*)*$/.test(name)) return false;
  if (known.some((zone) => zone.toLowerCase() === name.toLowerCase())) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** Zones near in spelling, or whose place is the word that was written (`Berlin`). */
function nearZones(name: string, zones: readonly string[]): readonly string[] {
  const place = name.slice(name.lastIndexOf("/") + 1).toLowerCase();
  const same = place === "" ? [] : zones.filter((zone) => zone.toLowerCase().endsWith(`/${place}`));
  return same.length > 0 ? same.slice(0, 3) : suggest(name, zones);
}

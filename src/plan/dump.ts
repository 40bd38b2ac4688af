// A plan for people, as `sluice plan` prints it: what runs in which order, on what, how it is retried, and how much it can come to. At most 100
// columns, the same text for the same plan.
import { printType } from "../types/print.ts";
import { printSize } from "../types/quantity.ts";
import { count, dumpSteps, grouped } from "./dump-steps.ts";
import { dumpTasks } from "./dump-tasks.ts";
import { createPage, type Page } from "./page.ts";
import type { Plan, PlanBounds, PlanPipeline } from "./plan.ts";
import { printExpr, printValue } from "./print-expr.ts";
import { padLeft, padRight, widestOf, widthOf, wrap } from "./text-layout.ts";

const WIDTH = 100;

/** The whole plan as text; ends with a line break. */
export function dumpPlan(plan: Plan): string {
  const pieces: string[] = [];
  writePlan(plan, (piece) => pieces.push(piece));
  return pieces.join("");
}

/** The same, handed on in pieces: the text of a large plan is as large as its source twice over. */
export function writePlan(plan: Plan, write: (piece: string) => void): void {
  const page = createPage(write);
  const root = plan.pipelines.find((pipeline) => pipeline.id === plan.pipeline);
  const others = plan.pipelines.filter((pipeline) => pipeline !== root);
  if (root) dumpPipeline(plan, root, page);
  for (const pipeline of others) dumpPipeline(plan, pipeline, page);
  page.startSection();
  dumpTasks(plan.tasks, page);
  page.startSection();
  if (plan.secrets.length > 0) dumpSecrets(plan, page);
  page.startSection();
  dumpBounds(plan.bounds, page);
  page.end();
}

function dumpPipeline(plan: Plan, pipeline: PlanPipeline, page: Page): void {
  page.startSection();
  const title = `pipeline ${pipeline.id}${pipeline.id === plan.pipeline ? "" : " (called)"}`;
  page.line(`${title}${padLeft(pipeline.source, WIDTH - widthOf(title))}`);
  if (pipeline.documentation !== undefined) {
    const [paragraph] = pipeline.documentation.trim().split(/\n\s*\n/);
    for (const line of wrap(paragraph!.replace(/\s+/g, " "), WIDTH - 2)) page.line(`  ${line}`);
  }
  const facts = pipelineFacts(pipeline);
  const label = widestOf(facts.map(([name]) => name));
  for (const [name, text] of facts) {
    const wrapped = wrap(text, WIDTH - label - 4, 3, "  ");
    wrapped.forEach((line, position) => {
      page.line(`  ${padRight(position === 0 ? name : "", label)}  ${line}`);
    });
  }
  page.startSection();
  dumpSteps(plan, pipeline, pipeline.body, "steps", page);
  page.startSection();
  if (pipeline.finally) dumpSteps(plan, pipeline, pipeline.finally, "finally", page);
}

function pipelineFacts(pipeline: PlanPipeline): [string, string][] {
  const facts: [string, string][] = [];
  for (const parameter of pipeline.parameters) {
    const value = parameter.default === undefined ? "" : ` = ${printValue(parameter.default, parameter.type)}`;
    facts.push([parameter.name, `${printType(parameter.type)}${value}`]);
  }
  if (pipeline.result.kind !== "none") facts.push(["→", printType(pipeline.result)]);
  if (pipeline.schedule) {
    const { cron, zone } = pipeline.schedule;
    facts.push(["schedule", zone === undefined ? cron : `${cron} in ${zone}`]);
  }
  if (pipeline.timeout) facts.push(["timeout", printExpr(pipeline.timeout, { kind: "duration" })]);
  return facts;
}

function dumpSecrets(plan: Plan, page: Page): void {
  const width = widestOf(plan.secrets.map((secret) => secret.name));
  page.line("secrets");
  for (const { name, object, key } of plan.secrets) page.line(`  ${padRight(name, width)}  ${object}/${key}`);
}

function dumpBounds({ pods, attempts, peak }: PlanBounds, page: Page): void {
  const show = (bound: number | null, print: (bound: number) => string = grouped) =>
    bound === null ? "not known yet" : print(bound);
  const amount = (bound: number | null, print?: (bound: number) => string) =>
    bound === 0 ? "not requested" : show(bound, print);
  const rows: [string, string][] = [
    ["pods", show(pods)],
    ["pods, every retry used up", show(attempts)],
    ["pods at once", show(peak.pods)],
    ["cpu at once", amount(peak.cpu, (cores) => count(Math.round(cores * 1000) / 1000, "core"))],
    ["memory at once", amount(peak.memory, printSize)],
    ["gpus at once", amount(peak.gpu)],
  ];
  const width = widestOf(rows.map(([, text]) => text));
  page.line("bounds, at most");
  for (const [name, text] of rows) page.line(`  ${padRight(name, 26)}  ${padLeft(text, width)}`);
}

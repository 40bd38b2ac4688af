// A plan for people, as `sluice plan` prints it: what runs in which order, on what, how it is retried, and how much it can come to. At most 100
// columns, the same text for the same plan.
import { printType } from "../types/print.ts";
import { printSize } from "../types/quantity.ts";
import { printable } from "../util/printable.ts";
import { count, dumpSteps, grouped } from "./dump-steps.ts";
import { dumpTask } from "./dump-tasks.ts";
import type { Plan, PlanBounds, PlanPipeline } from "./plan.ts";
import { printExpr, printValue } from "./print-expr.ts";
import { padLeft, padRight, widestOf, widthOf, wrap } from "./text-layout.ts";

const WIDTH = 100;

/** The whole plan as text; ends with a line break. */
export function dumpPlan(plan: Plan): string {
  const root = plan.pipelines.find((pipeline) => pipeline.id === plan.pipeline);
  const others = plan.pipelines.filter((pipeline) => pipeline !== root);
  const sections: string[][] = [];
  if (root) sections.push(...pipelineSections(plan, root));
  for (const pipeline of others) sections.push(...pipelineSections(plan, pipeline));
  sections.push([
    "tasks",
    ...plan.tasks.flatMap((task, position) => (position > 0 ? ["", ...dumpTask(task)] : dumpTask(task))),
  ]);
  if (plan.secrets.length > 0) sections.push(["secrets", ...secretLines(plan)]);
  sections.push(boundLines(plan.bounds));
  const lines = sections.filter((section) => section.length > 0).map((section) => section.join("\n"));
  return `${printable(lines.join("\n\n"))}\n`;
}

function pipelineSections(plan: Plan, pipeline: PlanPipeline): string[][] {
  const title = `pipeline ${pipeline.id}${pipeline.id === plan.pipeline ? "" : " (called)"}`;
  const heading = [`${title}${padLeft(pipeline.source, WIDTH - widthOf(title))}`];
  if (pipeline.documentation !== undefined) {
    const [paragraph] = pipeline.documentation.trim().split(/\n\s*\n/);
    for (const line of wrap(paragraph!.replace(/\s+/g, " "), WIDTH - 2)) heading.push(`  ${line}`);
  }
  const facts = pipelineFacts(pipeline);
  const label = widestOf(facts.map(([name]) => name));
  for (const [name, text] of facts) {
    const wrapped = wrap(text, WIDTH - label - 4, 3, "  ");
    wrapped.forEach((line, position) => {
      heading.push(`  ${padRight(position === 0 ? name : "", label)}  ${line}`);
    });
  }
  const steps = dumpSteps(plan, pipeline, pipeline.body, "steps");
  const last = pipeline.finally ? dumpSteps(plan, pipeline, pipeline.finally, "finally") : [];
  return [heading, steps, last];
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

function secretLines(plan: Plan): string[] {
  const width = widestOf(plan.secrets.map((secret) => secret.name));
  return plan.secrets.map(({ name, object, key }) => `  ${padRight(name, width)}  ${object}/${key}`);
}

function boundLines({ pods, attempts, peak }: PlanBounds): string[] {
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
  return ["bounds, at most", ...rows.map(([name, text]) => `  ${padRight(name, 26)}  ${padLeft(text, width)}`)];
}

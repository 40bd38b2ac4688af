// The steps of a pipeline as a table for people: one row for each node, in order, maps and branches with what is inside them below as a tree;
// beside it what each step waits for and when what it works on is known.
import type { Stage } from "../analysis/program.ts";
import type { Expr } from "../expr/expr.ts";
import { assertNever } from "../util/assert-never.ts";
import { itemBound } from "./bounds.ts";
import { freeNamesOf, freeNamesOfNode } from "./free-names.ts";
import type { ExprArgument, Plan, PlanBlock, PlanMap, PlanNode, PlanPipeline, PlanTask } from "./plan.ts";
import { printExpr } from "./print-expr.ts";
import { cut, padRight, widestOf, widthOf, wrap } from "./text-layout.ts";

/** One row: texts by column. `what` may be several lines. */
interface Row {
  readonly step: string;
  /** The tree's lines that go on below the row. */
  readonly below: string;
  readonly what: readonly string[];
  readonly needs: readonly string[];
  readonly known: Stage | undefined;
}

/** When the names of a block are known; the rest is asked of the block around it. */
interface Stages {
  readonly own: Map<string, Stage>;
  readonly around?: Stages;
}

function stageIn(stages: Stages, name: string): Stage {
  for (let at: Stages | undefined = stages; at; at = at.around) {
    const stage = at.own.get(name);
    if (stage) return stage;
  }
  return "run";
}

const WHEN: Readonly<Record<Stage, string>> = { compile: "now", submit: "at submit", run: "at run" };
const WIDTH = 100;
const GAP = "  ";
const WIDEST_STEP = 30;
const WIDEST_NEEDS = 20;
/** Lines that one expression may take. */
const LINES = 3;

/** The lines of the table with its heading; none for a pipeline without steps. */
export function dumpSteps(plan: Plan, pipeline: PlanPipeline, block: PlanBlock, title: string): string[] {
  const known: [string, Stage][] = pipeline.parameters.map(({ name }) => [
    name,
    pipeline.id === plan.pipeline ? "submit" : "run",
  ]);
  const tasks = new Map(plan.tasks.map((task) => [task.id, task]));
  const rows = blockRows(block, { own: new Map(known) }, { tasks, above: "  ", isTop: true });
  return rows.length > 0 ? printRows(rows, title) : [];
}

interface Around {
  readonly tasks: ReadonlyMap<string, PlanTask>;
  /** What stands before the steps of the block: blanks and lines of the tree. */
  readonly above: string;
  readonly isTop: boolean;
}

function blockRows(block: PlanBlock, outer: Stages, around: Around): Row[] {
  const stages: Stages = { own: new Map(), around: outer };
  const rows: Row[] = [];
  const last = block.nodes.length - (block.yield ? 0 : 1);
  block.nodes.forEach((node, position) => {
    const isLast = position === last;
    const step = around.isTop ? around.above : `${around.above}${isLast ? "└─ " : "├─ "}`;
    const below = around.isTop ? around.above : `${around.above}${isLast ? "   " : "│  "}`;
    const stage = knownAt(node, stages);
    rows.push({
      step: `${step}${node.id}`,
      below,
      what: describeNode(node, around.tasks),
      needs: node.needs,
      known: stage,
    });
    for (const row of innerRows(node, stages, { ...around, above: below, isTop: false })) rows.push(row);
    stages.own.set(node.id, node.kind === "let" ? stage : "run");
  });
  if (block.yield) {
    const step = around.isTop ? `${around.above}→` : `${around.above}└→`;
    rows.push({
      step,
      below: around.above,
      what: [printExpr(block.yield.value, block.yield.type)],
      needs: [],
      known: undefined,
    });
  }
  return rows;
}

function innerRows(node: PlanNode, stages: Stages, around: Around): Row[] {
  if (node.kind === "map") {
    const stage = node.static ? knownAt(node, stages) : "run";
    const own = new Map<string, Stage>([[node.item, stage]]);
    if (node.index !== undefined) own.set(node.index, stage);
    return blockRows(node.body, { own, around: stages }, around);
  }
  if (node.kind !== "if") return [];
  const branch = (word: string, block: PlanBlock, isLast: boolean): Row[] => {
    const below = `${around.above}${isLast ? "   " : "│  "}`;
    const heading = {
      step: `${around.above}${isLast ? "└─ " : "├─ "}${word}`,
      below,
      what: [""],
      needs: [],
      known: undefined,
    };
    return [heading, ...blockRows(block, stages, { ...around, above: below })];
  };
  if (!node.else) return blockRows(node.then, stages, around);
  return [...branch("then", node.then, false), ...branch("else", node.else, true)];
}

const ORDER: readonly Stage[] = ["compile", "submit", "run"];

/** When that which decides a node's shape is known: a map's items, a branch's test, a value, the arguments of a call. */
function knownAt(node: PlanNode, stages: Stages): Stage {
  let names: Set<string>;
  if (node.kind === "map") {
    names = freeNamesOf(node.where);
    for (const name of [node.item, node.index]) if (name !== undefined) names.delete(name);
    for (const name of freeNamesOf(node.input)) names.add(name);
  } else names = node.kind === "if" ? freeNamesOf(node.test) : freeNamesOfNode(node);
  let latest = 0;
  for (const name of names) latest = Math.max(latest, ORDER.indexOf(stageIn(stages, name)));
  return ORDER[latest]!;
}

function describeNode(node: PlanNode, tasks: ReadonlyMap<string, PlanTask>): string[] {
  switch (node.kind) {
    case "call": {
      const parameters = tasks.get(node.task)?.parameters;
      // A call has one argument for each parameter of its task, in their order.
      return [`task ${node.task}(${printArguments(node.arguments, (position) => parameters?.[position]?.type)})`];
    }
    case "pipeline":
      return [`pipeline ${node.pipeline}(${printArguments(node.arguments)})`];
    case "map":
      return describeMap(node);
    case "if":
      return [`if ${printExpr(node.test)}${node.else ? "" : " (else null)"}`];
    case "check":
      return [`check ${printExpr(node.test)}`, ...(node.message ? [`or fail with ${printExpr(node.message)}`] : [])];
    case "let":
      return [`let ${printExpr(node.value, node.type)}`];
    default:
      return assertNever(node);
  }
}

function printArguments(
  given: readonly ExprArgument[],
  typeOf: (position: number) => PlanTask["parameters"][number]["type"] | undefined = () => undefined,
): string {
  return given
    .map(({ name, value }, position) =>
      value.op === "ref" && value.name === name ? name : `${name}: ${printExpr(value, typeOf(position))}`,
    )
    .join(", ");
}

function describeMap(node: PlanMap): string[] {
  const names = node.index === undefined ? node.item : `${node.item}, ${node.index}`;
  const bound = itemBound(node);
  const limits = [
    node.static ? "static" : "",
    bound === null ? `at most ${printExpr(node.max)} items` : `at most ${count(bound, "item")}`,
    node.parallel ? `${printLimit(node.parallel)} at once` : "all at once",
    node.batch === undefined ? "" : `${node.batch} in a pod`,
    describeTolerance(node),
  ];
  return [
    `map ${names} in ${printExpr(node.input)}`,
    ...(node.where ? [`where ${printExpr(node.where)}`] : []),
    ...(node.key ? [`key ${printExpr(node.key)}`] : []),
    limits.filter((limit) => limit !== "").join(", "),
  ];
}

function printLimit(expr: Expr): string {
  return expr.op === "literal" && typeof expr.value === "number" ? grouped(expr.value) : printExpr(expr);
}

function describeTolerance({ tolerate }: PlanMap): string {
  if (!tolerate) return "";
  return `tolerates ${"count" in tolerate ? tolerate.count : `${tolerate.percent}%`} failed`;
}

/** `1 item`, `60,000 items`. */
export function count(number: number, what: string): string {
  return `${grouped(number)} ${what}${number === 1 ? "" : "s"}`;
}

/** A number with its thousands set apart. */
export function grouped(number: number): string {
  const [whole, fraction] = String(number).split(".");
  const digits = whole!.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? digits : `${digits}.${fraction}`;
}

function printRows(rows: readonly Row[], title: string): string[] {
  const needsTexts = rows.map((row) => cut(row.needs.slice(0, WIDEST_NEEDS).join(", "), WIDEST_NEEDS));
  const widths = rows.map((row) => widthOf(row.step));
  const widest = widths.reduce((most, width) => Math.max(most, width), title.length);
  const step = Math.min(WIDEST_STEP, widest);
  const needs = widestOf(needsTexts, "waits for".length);
  const known = "at submit".length;
  const what = WIDTH - step - needs - known - 3 * GAP.length;
  const line = (a: string, b: string, c: string, d: string) =>
    `${padRight(a, step)}${GAP}${padRight(b, what)}${GAP}${padRight(c, needs)}${GAP}${d}`.trimEnd();
  const lines = [line(title, "", "waits for", "known")];
  rows.forEach((row, index) => {
    const texts: string[] = [];
    row.what.forEach((text, position) => {
      if (position === 0) texts.push(...wrap(text, what, LINES, "  "));
      else for (const each of wrap(text, what - 2, LINES, "  ")) texts.push(`  ${each}`);
    });
    const isLong = widths[index]! > step;
    // A long name has its line alone.
    if (isLong) lines.push(cut(row.step, WIDTH));
    const when = row.known === undefined ? "" : WHEN[row.known];
    texts.forEach((text, at) => {
      const first = at === 0;
      lines.push(
        line(first && !isLong ? row.step : row.below, text, first ? needsTexts[index]! : "", first ? when : ""),
      );
    });
  });
  return lines;
}

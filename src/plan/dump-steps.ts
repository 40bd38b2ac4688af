// The steps of a pipeline as a table for people: one row for each node, in order, maps and branches with what is inside them below as a tree;
// beside it what each step waits for and when what it works on is known.
import type { Stage } from "../analysis/program.ts";
import type { Expr } from "../expr/expr.ts";
import { everyFreeName } from "../expr/names.ts";
import { assertNever } from "../util/assert-never.ts";
import { itemBound } from "./bounds.ts";
import type { Page } from "./page.ts";
import type { ExprArgument, Plan, PlanBlock, PlanMap, PlanNode, PlanPipeline, PlanTask } from "./plan.ts";
import { printExpr } from "./print-expr.ts";
import { cut, padRight, widthOf, wrap } from "./text-layout.ts";

/** One row. Its text is made when it is printed. */
interface Row {
  readonly step: string;
  /** The tree's lines that go on below the row. */
  readonly below: string;
  /** What it tells of: a node, the result of the block, or nothing. */
  readonly of: PlanNode | PlanBlock["yield"];
  readonly needs: string;
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
export function dumpSteps(plan: Plan, pipeline: PlanPipeline, block: PlanBlock, title: string, page: Page): void {
  const known: [string, Stage][] = pipeline.parameters.map(({ name }) => [
    name,
    pipeline.id === plan.pipeline ? "submit" : "run",
  ]);
  const tasks = new Map(plan.tasks.map((task) => [task.id, task]));
  const rows: Row[] = [];
  addRows(rows, block, { own: new Map(known) }, { above: "  ", isTop: true });
  if (rows.length > 0) printRows(rows, title, tasks, page);
}

interface Around {
  /** What stands before the steps of the block: blanks and lines of the tree. */
  readonly above: string;
  readonly isTop: boolean;
}

function addRows(rows: Row[], block: PlanBlock, outer: Stages, around: Around): void {
  const stages: Stages = { own: new Map(), around: outer };
  const last = block.nodes.length - (block.yield ? 0 : 1);
  block.nodes.forEach((node, position) => {
    const isLast = position === last;
    const step = around.isTop ? around.above : `${around.above}${isLast ? "└─ " : "├─ "}`;
    const below = around.isTop ? around.above : `${around.above}${isLast ? "   " : "│  "}`;
    const known = knownAt(node, stages);
    rows.push({ step: `${step}${node.id}`, below, of: node, needs: printNeeds(node), known });
    addInnerRows(rows, node, known, stages, { above: below, isTop: false });
    // What is in no table is known while it runs.
    if (node.kind === "let" && known !== "run") stages.own.set(node.id, known);
  });
  if (block.yield) {
    const step = around.isTop ? `${around.above}→` : `${around.above}└→`;
    rows.push({ step, below: around.above, of: block.yield, needs: "", known: undefined });
  }
}

function addInnerRows(rows: Row[], node: PlanNode, known: Stage, stages: Stages, around: Around): void {
  if (node.kind === "map") {
    const stage = node.static ? known : "run";
    const own = new Map<string, Stage>([[node.item, stage]]);
    if (node.index !== undefined) own.set(node.index, stage);
    addRows(rows, node.body, { own, around: stages }, around);
  }
  if (node.kind !== "if") return;
  if (!node.else) {
    addRows(rows, node.then, stages, around);
    return;
  }
  const addBranch = (word: string, block: PlanBlock, isLast: boolean): void => {
    const below = `${around.above}${isLast ? "   " : "│  "}`;
    const step = `${around.above}${isLast ? "└─ " : "├─ "}${word}`;
    rows.push({ step, below, of: undefined, needs: "", known: undefined });
    addRows(rows, block, stages, { ...around, above: below });
  };
  addBranch("then", node.then, false);
  addBranch("else", node.else, true);
}

function printNeeds({ needs }: PlanNode): string {
  if (needs.length === 0) return "";
  return cut(needs.length === 1 ? needs[0]! : needs.slice(0, WIDEST_NEEDS).join(", "), WIDEST_NEEDS);
}

const ORDER: readonly Stage[] = ["compile", "submit", "run"];

/** When that which decides a node's shape is known: a map's items, a branch's test, a value, the arguments of a call. */
function knownAt(node: PlanNode, stages: Stages): Stage {
  let latest = 0;
  // False, which ends the search, when nothing can come later.
  const meet = (name: string): boolean => {
    latest = Math.max(latest, ORDER.indexOf(stageIn(stages, name)));
    return latest < ORDER.length - 1;
  };
  switch (node.kind) {
    case "call":
    case "pipeline":
      node.arguments.every(({ value }) => everyFreeName(value, meet));
      break;
    case "map":
      if (node.where) everyFreeName(node.where, (name) => name === node.item || name === node.index || meet(name));
      everyFreeName(node.input, meet);
      break;
    case "if":
    case "check":
      everyFreeName(node.test, meet);
      if (node.kind === "check" && node.message) everyFreeName(node.message, meet);
      break;
    case "let":
      everyFreeName(node.value, meet);
      break;
    default:
      return assertNever(node);
  }
  return ORDER[latest]!;
}

function describeRow(row: Row, tasks: ReadonlyMap<string, PlanTask>): string[] {
  if (!row.of) return [""];
  return "kind" in row.of ? describeNode(row.of, tasks) : [printExpr(row.of.value, row.of.type)];
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
  let text = "";
  for (let position = 0; position < given.length; position++) {
    const { name, value } = given[position]!;
    if (position > 0) text += ", ";
    text += value.op === "ref" && value.name === name ? name : `${name}: ${printExpr(value, typeOf(position))}`;
  }
  return text;
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

function printRows(rows: readonly Row[], title: string, tasks: ReadonlyMap<string, PlanTask>, page: Page): void {
  let step = title.length;
  let needs = "waits for".length;
  for (const row of rows) {
    step = Math.max(step, widthOf(row.step));
    needs = Math.max(needs, widthOf(row.needs));
  }
  step = Math.min(WIDEST_STEP, step);
  const what = WIDTH - step - needs - "at submit".length - 3 * GAP.length;
  const line = (a: string, b: string, c: string, d: string) => {
    const text = `${padRight(a, step)}${GAP}${padRight(b, what)}${GAP}${padRight(c, needs)}${GAP}${d}`;
    page.line(d === "" ? text.trimEnd() : text);
  };
  line(title, "", "waits for", "known");
  for (const row of rows) {
    const isLong = widthOf(row.step) > step;
    // A long name has its line alone.
    if (isLong) page.line(cut(row.step, WIDTH));
    let isFirst = true;
    let indent = "";
    for (const text of describeRow(row, tasks)) {
      for (const each of wrap(text, what - indent.length, LINES, "  ")) {
        const known = isFirst && row.known !== undefined ? WHEN[row.known] : "";
        line(isFirst && !isLong ? row.step : row.below, `${indent}${each}`, isFirst ? row.needs : "", known);
        isFirst = false;
      }
      indent = "  ";
    }
  }
}

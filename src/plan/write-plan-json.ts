// A plan as JSON text, handed on in pieces. In: a plan. Out: one JSON value and a line break; indented where a person may read it, without
// blanks where only a program will: indented, a large plan is four times as long.
import type { Plan } from "./plan.ts";

/** Tasks and pipeline steps of a plan that is still indented. */
const READABLE = 1000;
/** UTF-16 units that are handed on together. */
const PIECE = 1 << 16;
/** From the plan down to the steps of a pipeline: what is further in is written at once. */
const LEVELS = 5;

/** Writes `plan`; the pieces joined are the text. */
export function writePlanJson(plan: Plan, write: (piece: string) => void): void {
  const steps = plan.pipelines.reduce((total, pipeline) => total + pipeline.body.nodes.length, plan.tasks.length);
  if (steps <= READABLE) {
    write(`${JSON.stringify(plan, null, 2)}\n`);
    return;
  }
  let piece = "";
  addJson(plan, LEVELS, (text) => {
    piece += text;
    if (piece.length < PIECE) return;
    write(piece);
    piece = "";
  });
  write(`${piece}\n`);
}

/** The same text as `JSON.stringify` makes of data, in parts down to so many levels. */
function addJson(value: unknown, levels: number, add: (text: string) => void): void {
  if (levels === 0 || typeof value !== "object" || value === null) {
    add(JSON.stringify(value));
    return;
  }
  let before = "";
  if (Array.isArray(value)) {
    add("[");
    for (const item of value) {
      add(before);
      addJson(item, levels - 1, add);
      before = ",";
    }
    add("]");
    return;
  }
  add("{");
  for (const [name, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    add(`${before}${JSON.stringify(name)}:`);
    addJson(inner, levels - 1, add);
    before = ",";
  }
  add("}");
}

import { expect, test } from "vitest";
import { dumpPlan, writePlan } from "../../src/plan/dump.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { writePlanJson } from "../../src/plan/write-plan-json.ts";
import { planOf } from "./plan-of.ts";
import { SWEEP } from "./programs.ts";

function largePlan(): Plan {
  const names = Array.from({ length: 600 }, (_, at) => `t${at}`);
  const tasks = names.map((name) => `task ${name}(n: Int) -> Int { image "x:1" run ["é \\(n)", out] }`);
  return planOf(`${tasks.join("\n")}\npipeline p() { ${names.map((name) => `do ${name}(1)`).join("\n")} }`);
}

function piecesOf(write: (take: (piece: string) => void) => void): string[] {
  const pieces: string[] = [];
  write((piece) => pieces.push(piece));
  return pieces;
}

test("a plan that a person may read is indented", () => {
  const plan = planOf(SWEEP);
  expect(piecesOf((take) => writePlanJson(plan, take)).join("")).toBe(`${JSON.stringify(plan, null, 2)}\n`);
});

test("a large plan is written without blanks, in pieces", () => {
  const plan = largePlan();
  const pieces = piecesOf((take) => writePlanJson(plan, take));
  expect(pieces.length).toBeGreaterThan(1);
  expect(pieces.join("")).toBe(`${JSON.stringify(plan)}\n`);
});

test("the listing of a large plan comes in pieces that are the whole", () => {
  const plan = largePlan();
  const pieces = piecesOf((take) => writePlan(plan, take));
  expect(pieces.length).toBeGreaterThan(1);
  expect(pieces.join("")).toBe(dumpPlan(plan));
});

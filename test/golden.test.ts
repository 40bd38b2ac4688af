// Compares every golden case with what the commands say today. `npm run golden:update` writes what changed; read the difference before it
// is committed.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findGoldenCases, findOrphans, GOLDEN_FILES, type GoldenCase, renderGolden } from "./harness/goldens.ts";
import { runInProcess } from "./harness/in-process.ts";

const UPDATE = "`npm run golden:update` writes it anew";
const cases = findGoldenCases();

function expected({ kind, name, folder }: GoldenCase): string {
  const path = join(folder, GOLDEN_FILES[kind]);
  expect(existsSync(path), `golden/${name}/${GOLDEN_FILES[kind]} is missing; ${UPDATE}`).toBe(true);
  return readFileSync(path, "utf8");
}

test.each(cases.map((golden) => [`${golden.name}/${GOLDEN_FILES[golden.kind]}`, golden] as const))(
  "%s",
  async (name, golden) => {
    expect(await renderGolden(golden), `golden/${name} differs; ${UPDATE}`).toBe(expected(golden));
  },
);

test.each(cases.map((golden) => [golden.name, golden] as const))("%s holds no file that nothing reads", (_, golden) => {
  expect(findOrphans(golden)).toEqual([]);
});

test.each(cases.filter(({ kind }) => kind === "ok").map((golden) => [golden.name, golden] as const))(
  "%s has no problems and is formatted",
  async (_, golden) => {
    expect(await runInProcess(["check", "--strict", "main.pipe"], golden.folder)).toMatchObject({ code: 0 });
    expect(await runInProcess(["fmt", "--check", "."], golden.folder)).toMatchObject({ code: 0 });
  },
);

test.each(cases.filter(({ kind }) => kind === "err").map((golden) => [golden.name, golden] as const))(
  "%s says in its first line what the mistake is, and draws a complaint",
  async (_, golden) => {
    expect(readFileSync(join(golden.folder, "main.pipe"), "utf8")).toMatch(/^# Mistake: \S.*\n\n/);
    expect(expected(golden)).toMatch(/^(error|warning)\[/m);
  },
);

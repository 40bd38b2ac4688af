// Compares every golden case with what the commands say today. `npm run golden:update` writes what changed; read the difference before it
// is committed.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findGoldenCases, findOrphans, GOLDEN_FILES, type GoldenCase, renderGolden } from "./harness/goldens.ts";
import { runInProcess } from "./harness/in-process.ts";

const UPDATE = "`npm run golden:update` writes it anew";
const cases = findGoldenCases();

function expected({ name, folder }: GoldenCase, file: string): string {
  const path = join(folder, file);
  expect(existsSync(path), `golden/${name}/${file} is missing; ${UPDATE}`).toBe(true);
  return readFileSync(path, "utf8");
}

const files = cases.flatMap((golden) => GOLDEN_FILES[golden.kind].map((file) => [golden, file] as const));

test.each(files.map(([golden, file]) => [`${golden.name}/${file}`, golden, file] as const))(
  "%s",
  async (name, golden, file) => {
    expect(await renderGolden(golden, file), `golden/${name} differs; ${UPDATE}`).toBe(expected(golden, file));
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
    expect(expected(golden, "diagnostics.txt")).toMatch(/^(error|warning)\[/m);
  },
);

// The examples are what people copy: they check without a warning, are formatted, and those that can run here give what they say.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runInProcess } from "./harness/in-process.ts";
import { runCommand } from "./harness/run-command.ts";

const ROOT = fileURLToPath(new URL("../examples/", import.meta.url));
const examples = readdirSync(ROOT).sort();
/** Milliseconds for an example to run on a busy machine. */
const PATIENCE = 60_000;

/** Runs an example in a fresh copy and hands its result, and a reader of its files, to the test. */
async function runExample(
  name: string,
  options: readonly string[],
  look: (result: unknown, read: (path: string) => string) => void,
) {
  const folder = mkdtempSync(join(tmpdir(), `sluice-example-${name}-`));
  try {
    cpSync(join(ROOT, name), folder, { recursive: true });
    const { code, stdout, stderr } = await runCommand(["run", ...options], { cwd: folder });
    expect(code, stderr).toBe(0);
    look(JSON.parse(stdout), (path) => readFileSync(path, "utf8"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test.each(examples)("%s checks without a warning and is formatted", async (name) => {
  expect(await runInProcess(["check", "--strict", "main.pipe"], join(ROOT, name))).toMatchObject({ code: 0 });
  expect(await runInProcess(["fmt", "--check", "."], join(ROOT, name))).toMatchObject({ code: 0 });
});

test.each(examples)("%s has a plan and a drawing", async (name) => {
  expect(await runInProcess(["plan"], join(ROOT, name))).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("pods"),
  });
  expect(await runInProcess(["graph"], join(ROOT, name))).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("flowchart"),
  });
});

test.each(examples)("%s says at its top what it shows", (name) => {
  const text = readFileSync(join(ROOT, name, "main.pipe"), "utf8");
  expect(text).toMatch(/^## /);
  expect(text).toContain("# Shows: ");
  expect(text).toContain(`examples/${name}`);
});

test("the Iris data are complete: 150 flowers of three species", () => {
  const [head, ...rows] = readFileSync(join(ROOT, "iris/iris.csv"), "utf8").trim().split("\n");
  expect(head).toBe("sepal_length,sepal_width,petal_length,petal_width,species");
  const species = rows.map((row) => row.split(",")[4]);
  expect(rows).toHaveLength(150);
  for (const name of ["setosa", "versicolor", "virginica"])
    expect(species.filter((found) => found === name)).toHaveLength(50);
});

test(
  "iris finds a good classifier, keeps its model, and reports what diverged",
  async () => {
    await runExample("iris", ["-p", "seeds=[1]"], (result, read) => {
      const { best, model, report, diverged } = result as {
        best: { setting: { id: string }; accuracy: number };
        model: string;
        report: string;
        diverged: string[];
      };
      expect(best.accuracy).toBeGreaterThan(0.95);
      expect(diverged).toEqual(["lr30-l2_0.1"]);
      expect(JSON.parse(read(model))).toMatchObject({ classes: ["setosa", "versicolor", "virginica"] });
      expect(read(report)).toContain("<svg");
    });
  },
  PATIENCE,
);

test(
  "wordcount counts the words of all its texts",
  async () => {
    await runExample("wordcount", ["-p", "top=2"], (result, read) => {
      expect(result).toMatchObject({
        total: {
          words: 730,
          top: [
            { word: "the", count: 35 },
            { word: "and", count: 25 },
          ],
        },
      });
      expect(read((result as { table: string }).table).split("\n")[0]).toBe("35\tthe");
    });
  },
  PATIENCE,
);

test(
  "shards cleans what it can and names what it lost",
  async () => {
    await runExample("shards", [], (result) => {
      expect(result).toEqual([
        { set: "north", shards: 20, rows: 133, lost: [] },
        { set: "south", shards: 19, rows: 127, lost: ["13"] },
        { set: "west", shards: 0, rows: 0, lost: [] },
      ]);
    });
  },
  PATIENCE,
);

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cli, folderWith } from "./run-for-test.ts";

const TASK = 'task work(n: Int) { image "acme/tool:1" run ["work", n] }\n';
const STATIC = `${TASK}pipeline main(n: Int = 1) { do work(n) }\n`;
const SCHEDULED = `${TASK}pipeline main(n: Int = 1) schedule "0 3 * * *" { do work(n) }\n`;
const DRIVEN_FILES = ["1-rights.yaml", "2-plan.yaml", "3-pods.yaml", "4-driver.yaml"];

test("objects are printed, with the parameters and the namespace of the command line", async () => {
  const folder = folderWith({ "main.pipe": STATIC });
  const { code, stdout, stderr } = await cli(
    { cwd: folder },
    "compile",
    "--target",
    "jobs",
    "-p",
    "n=7",
    "--namespace",
    "lab",
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("  namespace: lab\n");
  expect(stdout).toContain('            - "7"\n');
});

test("a folder gets files, those of an earlier time that are not written any more are removed, others stay", async () => {
  const folder = folderWith({ "main.pipe": SCHEDULED, "out/mine.yaml": "a: 1\n", "out/jobs.yaml": "kind: Mine\n" });
  const compile = () => cli({ cwd: folder }, "compile", "--target", "jobs", "-o", "out");
  const driven = await compile();
  expect(driven.code).toBe(0);
  expect(readdirSync(join(folder, "out")).sort()).toEqual([...DRIVEN_FILES, "jobs.yaml", "mine.yaml"].sort());
  expect(readFileSync(join(folder, "out/jobs.yaml"), "utf8")).toBe("kind: Mine\n");
  writeFileSync(join(folder, "main.pipe"), STATIC);
  const { stderr, stdout } = await compile();
  expect(stdout).toBe("");
  expect(stderr).toContain(`removed ${join("out", "4-driver.yaml")}\n`);
  expect(readdirSync(join(folder, "out")).sort()).toEqual(["jobs.yaml", "mine.yaml"]);
  expect(readFileSync(join(folder, "out/jobs.yaml"), "utf8")).toContain("kind: Job\n");
});

test("a profile is read from sluice.yaml, and --namespace wins over it", async () => {
  const folder = folderWith({
    "main.pipe": STATIC,
    "sluice.yaml": "profiles: { a: { kubernetes: { namespace: lab, priority: high } } }\n",
  });
  const compile = (...more: string[]) => cli({ cwd: folder }, "compile", "--target", "jobs", "--profile", "a", ...more);
  expect((await compile()).stdout).toMatch(/namespace: lab[\s\S]*priorityClassName: high/);
  expect((await compile("--namespace", "other")).stdout).toContain("namespace: other");
});

test.each([
  [["compile"], 2, "--target is missing"],
  [["compile", "--target", "jobs", "--namespace", "No_Name"], 2, "--namespace takes"],
  [["compile", "--target", "jobs", "--profile", "x"], 1, "no profile `x`"],
  [["compile", "--target", "jobs", "-p", "n=x"], 1, "error[wrong-parameter]"],
  [["compile", "--target", "jobs", "-o", "main.pipe"], 1, "main.pipe"],
] as const)("a wrong command line is refused and nothing printed: %j", async (argv, code, message) => {
  const folder = folderWith({ "main.pipe": STATIC });
  const result = await cli({ cwd: folder }, ...argv);
  expect(result).toMatchObject({ code, stdout: "" });
  expect(result.stderr).toContain(message);
});

test("a limit of the target is shown at its place, once, and nothing is printed", async () => {
  const folder = folderWith({ "main.pipe": 'task work() { run ["work"] }\npipeline main() { do work() }\n' });
  const { code, stdout, stderr } = await cli({ cwd: folder }, "compile", "--target", "jobs");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("error[image-needed]");
  expect(stderr).toContain("main.pipe:1:6");
  expect(stderr).not.toContain("missing-image");
});

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

const LOCAL = `task work(data: File, more: Dir) -> { sum: File } {
  image "acme/tool:1"
  run ["python", file("work.py"), data, more, out.sum]
}
pipeline main(data: File) -> File { yield work(data, dir("more")).sum }
`;
const LOCAL_FILES = {
  "main.pipe": LOCAL,
  "work.py": "print(1)\n",
  "data.bin": "\u0000\u0001",
  "more/a.txt": "a\n",
  "sluice.yaml": "profiles: { a: { kubernetes: { storage: { s3: { bucket: files } } } } }\n",
};
const COMPILE_LOCAL = ["compile", "--target", "jobs", "--profile", "a", "-p", "data=data.bin"] as const;

test("files of this machine come along in ConfigMaps, the same wherever they lie, and a bucket is left alone", async () => {
  const folder = folderWith(LOCAL_FILES);
  const here = await cli({ cwd: folder }, ...COMPILE_LOCAL);
  expect(here.code, here.stderr).toBe(0);
  expect(here.stdout).toContain("print(1)\n");
  expect(here.stdout).toContain(`: ${Buffer.from("\0\u0001").toString("base64")}\n`);
  expect(here.stdout).not.toContain(folder);
  const elsewhere = await cli({ cwd: folderWith(LOCAL_FILES) }, ...COMPILE_LOCAL);
  expect(elsewhere.stdout).toBe(here.stdout);
  const changed = await cli({ cwd: folderWith({ ...LOCAL_FILES, "more/a.txt": "b\n" }) }, ...COMPILE_LOCAL);
  const [map] = /main-inputs-\w+/.exec(here.stdout)!;
  expect(changed.stdout).not.toContain(map);
  await cli({ cwd: folder }, ...COMPILE_LOCAL, "-o", "out");
  expect(readdirSync(join(folder, "out")).sort()).toEqual(["2-inputs.yaml", ...DRIVEN_FILES].sort());
});

test("a file that is too large to come along is refused where it is named, with what to do", async () => {
  const large = "x".repeat(900_001);
  const folder = folderWith({ ...LOCAL_FILES, "work.py": large, "data.bin": large, "more/b.txt": "b\n" });
  const { code, stdout, stderr } = await cli({ cwd: folder }, ...COMPILE_LOCAL);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(
    /error\[local-file\]: Parameter `data` is `.*data\.bin` of this machine, which cannot be brought to pods: it has 900001 bytes, more than the 900000 that a ConfigMap can hold\.\n +--> main\.pipe:5:15/,
  );
  expect(stderr).toMatch(
    /error\[local-file\]: `file\("work\.py"\)` in task `work` is `work\.py`[\s\S]*--> main\.pipe:1:6/,
  );
  expect(stderr).toContain(
    'upload it and name it there, `file("s3://files/KEY")`, or put it into the image of the task',
  );
});

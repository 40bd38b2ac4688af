// The tutorial's programs are run as a reader would, and what the page prints is what comes out. Names of runs and times differ.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runInProcess } from "../harness/in-process.ts";
import { findExamples, TUTORIAL_PATH } from "../harness/manual.ts";
import { runCommand } from "../harness/run-command.ts";

const page = readFileSync(TUTORIAL_PATH, "utf8");
const [first, second, last] = findExamples(page).map(({ text }) => text);
const folder = mkdtempSync(join(tmpdir(), "sluice-tutorial-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the page prints below a command. */
function printedBy(command: string): string {
  const blocks = [...page.matchAll(/```console\n\$ ([^\n]*)\n(.*?)```/gs)].filter((match) => match[1] === command);
  expect(blocks, `the page shows \`${command}\` once`).toHaveLength(1);
  return blocks[0]![2]!;
}

function write(program: string): void {
  writeFileSync(join(folder, "main.pipe"), program);
}

/** Without what differs from run to run. */
function steady(text: string): string {
  return text
    .replace(/words-\d{8}-\d{6}-[0-9a-f]{4}/g, "RUN")
    .replace(/\d+(\.\d+)? s/g, "TIME")
    .split("\n")
    .sort()
    .join("\n");
}

test("the tutorial's first program gives the length of a word", async () => {
  write(first!);
  expect((await runCommand(["run", "--quiet"], { cwd: folder })).stdout).toBe("6\n");
  const { stdout } = await runCommand(["run", "--quiet", "-p", "word=gate"], { cwd: folder });
  expect(stdout).toBe(printedBy("sluice run --quiet -p word=gate"));
});

test("the tutorial's misspelt call is reported as the page shows", async () => {
  write(first!.replace("yield measure(", "yield mesure("));
  expect((await runInProcess(["check"], folder)).stderr).toBe(printedBy("sluice check"));
});

test("the tutorial's map finds the longest words, and nothing in an empty text", async () => {
  write(second!);
  const { stdout } = await runCommand(["run", "--quiet"], { cwd: folder });
  expect(stdout).toBe(printedBy("sluice run --quiet"));
  expect((await runCommand(["run", "--quiet", "-p", "text="], { cwd: folder })).stdout).toBe("[]\n");
});

test("the tutorial's plan is that of its program", async () => {
  write(second!);
  expect((await runInProcess(["plan"], folder)).stdout).toBe(printedBy("sluice plan"));
});

test("the tutorial's run fails as shown, and goes on as shown with the edited program", async () => {
  const measure = /```text\n(task measure.*?)\n```/s.exec(page)![1]!;
  write(second!.replace(/task measure.*?\n}\n/s, () => `${measure}\n`));
  const failed = await runCommand(["run"], { cwd: folder });
  expect(failed.code).toBe(4);
  expect(failed.stderr).toContain("measured[dog].measure: failed: exited with code 1");
  write(last!);
  const refused = await runCommand(["resume"], { cwd: folder });
  expect(refused.code).toBe(2);
  expect(steady(refused.stderr)).toBe(steady(printedBy("sluice resume")));
  const resumed = await runCommand(["resume", "--edited"], { cwd: folder });
  expect(resumed.code).toBe(0);
  expect(JSON.parse(resumed.stdout)).toMatchObject({
    longest: [{ word: "quick" }, { word: "brown" }, { word: "jumps" }],
    lost: [{ key: "dog" }],
  });
});

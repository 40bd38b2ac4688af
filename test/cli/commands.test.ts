import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cli, folderWith } from "./run-for-test.ts";

const GOOD = `## Says hello.
task hello(name: String) -> String {
  image "node:24-alpine"
  run ["node", "-e", "require('fs').writeFileSync(process.argv[2], 'hello ' + process.argv[1])", name, out]
}

pipeline main(name: String = "you") -> String {
  yield hello(name)
}
`;
const BAD = GOOD.replace("yield hello(name)", "yield helo(name)");

test("a file without mistakes checks with 0", async () => {
  const cwd = folderWith({ "main.pipe": GOOD });
  expect(await cli({ cwd }, "check")).toEqual({ code: 0, stdout: "", stderr: "main.pipe: no problems\n" });
});

test("a mistake checks with 1, the message on stderr", async () => {
  const { code, stdout, stderr } = await cli({ cwd: folderWith({ "main.pipe": BAD }) }, "check");
  expect(code).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toContain("--> main.pipe:8:9");
  expect(stderr.trimEnd().endsWith("1 error")).toBe(true);
});

test("check --json prints each problem as an object on stdout and nothing else", async () => {
  const { code, stdout, stderr } = await cli({ cwd: folderWith({ "main.pipe": BAD }) }, "check", "--json");
  expect(code).toBe(1);
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toMatchObject({ file: "main.pipe", line: 8, column: 9, severity: "error" });
});

test("check --fix makes the single repair and checks again", async () => {
  const cwd = folderWith({ "main.pipe": BAD });
  const { code, stderr } = await cli({ cwd }, "check", "--fix");
  expect(stderr).toContain("1 fix made");
  expect(code).toBe(0);
  expect(readFileSync(join(cwd, "main.pipe"), "utf8")).toBe(GOOD);
});

test("warnings count with --strict only", async () => {
  const cwd = folderWith({ "main.pipe": GOOD.replace('  image "node:24-alpine"\n', "") });
  expect((await cli({ cwd }, "check")).code).toBe(0);
  expect((await cli({ cwd }, "check", "--strict")).code).toBe(1);
});

test("folders are searched for .pipe files, and a problem of a shared file is said once", async () => {
  const cwd = folderWith({
    "a/x.pipe": 'import { hello } from "../lib.pipe"\npipeline p() -> String { yield hello("a") }\n',
    "a/y.pipe": 'import { hello } from "../lib.pipe"\npipeline q() -> String { yield hello("b") }\n',
    "lib.pipe": GOOD.replace("name, out", "nme, out"),
  });
  const { code, stderr } = await cli({ cwd }, "check", ".");
  expect(code).toBe(1);
  expect(stderr.match(/--> lib\.pipe/g)).toHaveLength(1);
});

test.each([
  ["a folder of that name", { "x.pipe/inside": "" }, "it is a folder|no .pipe file"],
  ["a missing file", {}, "it does not exist"],
  ["bytes that are not UTF-8", { "x.pipe": new Uint8Array([0x23, 10, 0x61, 0xe9, 0x62]) }, "line 2 has the byte 0xE9"],
  ["UTF-16", { "x.pipe": new Uint8Array([0xff, 0xfe, 0x61, 0]) }, "UTF-16"],
])("%s is an error in words, not a crash", async (_, files, expected) => {
  const { code, stderr } = await cli({ cwd: folderWith(files as Record<string, string>) }, "check", "x.pipe");
  expect([1, 2]).toContain(code);
  expect(stderr).toMatch(new RegExp(expected));
});

test("a command that is not known is a usage error with the nearest", async () => {
  const { code, stderr } = await cli({ cwd: "/" }, "chekc");
  expect(code).toBe(2);
  expect(stderr).toContain("Did you mean check?");
});

test("an option that is not known is a usage error with the nearest", async () => {
  const { code, stderr } = await cli({ cwd: "/" }, "check", "--strct");
  expect(code).toBe(2);
  expect(stderr).toContain("--strict");
});

test("help of a command has examples, on stdout", async () => {
  const { code, stdout, stderr } = await cli({ cwd: "/" }, "run", "--help");
  expect(code).toBe(0);
  expect(stderr).toBe("");
  expect(stdout).toContain("Examples:");
  expect(stdout).toContain("sluice run -p epochs=20");
  expect((await cli({ cwd: "/" }, "help", "run")).stdout).toBe(stdout);
});

test("an engine that is not there is named with those that are", async () => {
  const { code, stderr } = await cli({ cwd: folderWith({ "main.pipe": GOOD }) }, "run", "--on", "mars");
  expect(code).toBe(2);
  expect(stderr).toContain("local");
});

test("a run prints its result on stdout and how it went on stderr", async () => {
  const cwd = folderWith({ "main.pipe": GOOD });
  const { code, stdout, stderr } = await cli({ cwd }, "run", "-p", "name=world");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toBe("hello world");
  expect(stderr).toMatch(/run main-\d{8}-\d{6}-[0-9a-f]{4} succeeded after/);
  const runs = await cli({ cwd }, "runs");
  expect(runs.stdout).toMatch(/^main-\S+ +succeeded/);
  expect((await cli({ cwd }, "outputs")).stdout).toBe(stdout);
  expect((await cli({ cwd }, "resume")).stdout).toBe(stdout);
  expect((await cli({ cwd }, "status")).stdout).toContain("hello  done");
});

test("run --json prints events, the result as the last", async () => {
  const cwd = folderWith({ "main.pipe": GOOD });
  const { stdout } = await cli({ cwd }, "run", "--json");
  const events = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(events[0]).toMatchObject({ type: "run" });
  expect(events.at(-1)).toMatchObject({ type: "run-ended", status: "succeeded", result: "hello you" });
});

test("--dry-run starts nothing and leaves nothing", async () => {
  const cwd = folderWith({ "main.pipe": GOOD });
  const { code, stdout } = await cli({ cwd }, "run", "--dry-run");
  expect([code, stdout]).toEqual([0, ""]);
  expect(existsSync(join(cwd, ".sluice"))).toBe(false);
});

// One task at a time: when item 1 fails, item 0 has a result and item 2 has not begun.
const FAILS = `task work(n: Int) -> Int {
  image "node:24-alpine"
  run ["node", "work.cjs", n, out]
}

pipeline main() -> [Int] {
  let all = map n in range(3) { yield work(n) }
  yield all
}
`;
const WORK = `const [, , n, out] = process.argv;
const fs = require("fs");
console.log("working on " + n);
if (n === "1" && !fs.existsSync("repaired")) { console.error("cannot work on one"); process.exit(7); }
fs.writeFileSync(out, n);
`;

test("a failed run exits with 4 and says what, why, where, and how to go on; resume then does only the rest", async () => {
  const cwd = folderWith({ "main.pipe": FAILS, "work.cjs": WORK });
  const failed = await cli({ cwd }, "run", "--slots", "1");
  expect(failed.code).toBe(4);
  expect(failed.stdout).toBe("");
  const id = /to go on: sluice resume (\S+)/.exec(failed.stderr)?.[1];
  for (const part of ["all[1].work", "exit 7", "main.pipe:7:", "cannot work on one", "output.log"])
    expect(failed.stderr).toContain(part);
  expect((await cli({ cwd }, "outputs")).code).toBe(4);
  const logs = await cli({ cwd }, "logs", "latest", "all[1].work");
  expect(logs.stdout).toBe("working on 1\ncannot work on one\n");
  writeFileSync(join(cwd, "repaired"), "");
  const resumed = await cli({ cwd }, "resume", id!.slice(0, -2), "--json");
  expect(resumed.code).toBe(0);
  const events = resumed.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(events.filter((event) => event.type === "instance-ready").map((event) => event.instance)).toEqual([
    'all["1"].work',
    'all["2"].work',
  ]);
  expect(events.at(-1).result).toEqual([0, 1, 2]);
});

test("after an edit, resume asks which program counts, and --edited keeps what did not change", async () => {
  const cwd = folderWith({ "main.pipe": FAILS, "work.cjs": WORK });
  await cli({ cwd }, "run", "--slots", "1");
  writeFileSync(join(cwd, "repaired"), "");
  writeFileSync(join(cwd, "main.pipe"), FAILS.replace("yield all", "yield [for n in all: n * 2]"));
  const asked = await cli({ cwd }, "resume");
  expect(asked.code).toBe(2);
  for (const part of ["main.pipe was edited", "--as-started", "--edited"]) expect(asked.stderr).toContain(part);
  const edited = await cli({ cwd }, "resume", "--edited", "--json");
  const events = edited.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(events.filter((event) => event.type === "instance-ready")).toHaveLength(2);
  expect(events.at(-1)).toMatchObject({ status: "succeeded", result: [0, 2, 4] });
});

test("Ctrl-C cancels a run, which can be resumed", async () => {
  const slow = FAILS.replace("work.cjs", "slow.cjs");
  const script = `const fs = require("fs"); const [, , n, out] = process.argv;
if (fs.existsSync("quick")) fs.writeFileSync(out, n); else { console.log("waiting"); setInterval(() => {}, 1000); }`;
  const cwd = folderWith({ "main.pipe": slow, "slow.cjs": script });
  let sent = false;
  const cancelled = await cli(
    {
      cwd,
      onStderr: (text, signal) => {
        if (sent || !text.includes("3 items")) return;
        sent = true;
        setImmediate(() => signal("SIGINT"));
      },
    },
    "run",
  );
  expect(cancelled.code).toBe(5);
  expect(cancelled.stderr).toContain("cancelling");
  writeFileSync(join(cwd, "quick"), "");
  const resumed = await cli({ cwd }, "resume");
  expect([resumed.code, JSON.parse(resumed.stdout)]).toEqual([0, [0, 1, 2]]);
});

test("a secret without a value stops the run before anything starts, and its value is in no file of the run", async () => {
  const program = GOOD.replace("## Says hello.", 'secret token = "object/key"\n').replace(
    "  run [",
    "  env { TOKEN: token }\n  run [",
  );
  const cwd = folderWith({ "main.pipe": program });
  const missing = await cli({ cwd }, "run");
  expect(missing.code).toBe(1);
  for (const part of ["`token`", "SLUICE_SECRET_TOKEN", "main.pipe:1:8"]) expect(missing.stderr).toContain(part);
  expect(existsSync(join(cwd, ".sluice"))).toBe(false);
  const run = await cli({ cwd, env: { SLUICE_SECRET_TOKEN: "s3cr3t-value" } }, "run");
  expect(run.code).toBe(0);
  const files = readdirSync(join(cwd, ".sluice"), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  expect(files.length).toBeGreaterThan(3);
  for (const file of files)
    expect(readFileSync(join(file.parentPath, file.name), "utf8")).not.toContain("s3cr3t-value");
});

test("secrets may come from the profile's file", async () => {
  const program = GOOD.replace("## Says hello.", 'secret token = "object/key"\n').replace(
    "  run [",
    "  env { TOKEN: token }\n  run [",
  );
  const config = "default_profile: p\nprofiles: { p: { secrets_file: secrets.yaml } }\n";
  const cwd = folderWith({ "main.pipe": program, "sluice.yaml": config, "secrets.yaml": "token: abc\n" });
  expect((await cli({ cwd }, "run", "--quiet")).code).toBe(0);
  writeFileSync(join(cwd, "secrets.yaml"), "token: [hidden\n");
  const broken = await cli({ cwd }, "run");
  expect(broken.code).toBe(1);
  expect(broken.stderr).not.toContain("hidden");
});

test("a broken sluice.yaml is reported with its place", async () => {
  const cwd = folderWith({ "main.pipe": GOOD, "sluice.yaml": "profiles:\n  a: { cpu: 1 }\n" });
  const { code, stderr } = await cli({ cwd }, "run");
  expect(code).toBe(1);
  expect(stderr).toContain("--> sluice.yaml:2:8");
  expect(stderr).toContain("Did you mean `cpus`?");
});

test("clean deletes what is asked for and keeps the newest", async () => {
  const cwd = folderWith({ "main.pipe": GOOD });
  for (let round = 0; round < 3; round++) await cli({ cwd }, "run", "--quiet");
  expect((await cli({ cwd }, "clean")).code).toBe(2);
  expect((await cli({ cwd }, "clean", "--keep", "1", "--dry-run")).stderr).toContain("2 runs would be deleted");
  await cli({ cwd }, "clean", "--keep", "1");
  expect((await cli({ cwd }, "runs")).stdout.trimEnd().split("\n")).toHaveLength(1);
  await cli({ cwd }, "clean", "latest");
  expect((await cli({ cwd }, "runs")).stderr).toBe("no runs yet\n");
});

test("a run that is not there is named with those that are", async () => {
  const cwd = folderWith({ "main.pipe": GOOD });
  expect((await cli({ cwd }, "status")).stderr).toContain("there are no runs");
  await cli({ cwd }, "run", "--quiet");
  const { code, stderr } = await cli({ cwd }, "status", "nothing");
  expect(code).toBe(2);
  expect(stderr).toContain("`main-");
});

test("fmt rewrites, --check only tells, stdin goes to stdout, a broken file stays", async () => {
  const cwd = folderWith({ "main.pipe": GOOD.replace("  yield", "     yield"), "broken.pipe": "task {" });
  const told = await cli({ cwd }, "fmt", "--check", "main.pipe");
  expect([told.code, told.stderr]).toEqual([1, "main.pipe is not formatted\n"]);
  expect((await cli({ cwd }, "fmt")).code).toBe(0);
  expect(readFileSync(join(cwd, "main.pipe"), "utf8")).toContain("\n  yield hello(name)");
  expect((await cli({ cwd }, "fmt", "--check")).code).toBe(0);
  const piped = await cli({ cwd, stdin: 'const   A="x"' }, "fmt", "-");
  expect(piped.stdout).toBe('const A = "x"\n');
  expect((await cli({ cwd }, "fmt", "broken.pipe")).code).toBe(1);
  expect(readFileSync(join(cwd, "broken.pipe"), "utf8")).toBe("task {");
});

test("explain prints why, an example and what is said of it; an unknown code has the nearest", async () => {
  const { code, stdout } = await cli({ cwd: "/" }, "explain", "import-cycle");
  expect(code).toBe(0);
  expect(stdout).toContain("error[import-cycle]");
  expect((await cli({ cwd: "/" }, "explain", "imprt-cycle")).stderr).toContain("`import-cycle`");
  expect((await cli({ cwd: "/" }, "explain", "--all")).stdout).toContain("missing-secret");
});

test("plan and graph print what would run", async () => {
  const cwd = folderWith({ "main.pipe": GOOD });
  expect((await cli({ cwd }, "plan")).stdout).toContain("hello");
  expect(JSON.parse((await cli({ cwd }, "plan", "--json")).stdout)).toMatchObject({ version: 1, pipeline: "main" });
  expect(JSON.parse((await cli({ cwd }, "plan", "--schema")).stdout)).toMatchObject({
    properties: { name: { type: "string" } },
  });
  expect((await cli({ cwd }, "graph")).stdout).toContain("flowchart");
  expect((await cli({ cwd }, "graph", "-o", "g.svg")).stdout).toBe("");
  expect(readFileSync(join(cwd, "g.svg"), "utf8")).toContain("<svg");
});

test.each([[[]], [["--example"]]])(
  "init %j makes a project that checks, is formatted and runs, and overwrites nothing",
  async (options) => {
    const cwd = folderWith({});
    expect((await cli({ cwd }, "init", "demo", ...options)).code).toBe(0);
    const demo = { cwd: join(cwd, "demo") };
    expect((await cli(demo, "check", "--strict")).stderr).toBe("main.pipe: no problems\n");
    expect((await cli(demo, "fmt", "--check")).stderr).toBe("");
    expect((await cli(demo, "run", "--quiet")).code).toBe(0);
    const again = await cli({ cwd }, "init", "demo", ...options);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain("demo/main.pipe");
  },
);

test("a crash of ours is told with version and command, without a stack, and exits with 3", async () => {
  const { code, stderr } = await cli({ cwd: "/", stdin: new Error("a mistake of ours") }, "fmt", "-");
  expect(code).toBe(3);
  expect(stderr).toContain("Please report");
  expect(stderr).not.toMatch(/^ +at /m);
});

import * as fs from "node:fs";
import * as path from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Outcome } from "../../src/engine/protocol.ts";
import { FILE, INT, STRING, type Type } from "../../src/types/type.ts";
import {
  fileAppears,
  isAlive,
  makeBench,
  makePlan,
  makeRunFolder,
  makeStart,
  makeTask,
  makeTestFolder,
  OUT,
  output,
  parameter,
  processGone,
  removeFolders,
  shell,
  text,
} from "./local-harness.ts";

afterAll(removeFolders);

type Failed = Extract<Outcome, { readonly message: string }>;

test("arguments arrive byte for byte", async () => {
  const awkward = [
    '"',
    "'",
    "$HOME $(id) `id`",
    "\\",
    "a\nb",
    "",
    "{{x}}",
    "\\(x)",
    "--",
    "*",
    "ü😀",
    " ",
    "\u0001",
    "%s",
    "a\\\nb",
  ];
  const script = "require('fs').writeFileSync(process.argv[1], JSON.stringify(process.argv.slice(2)))";
  const strings: Type = { kind: "list", element: STRING };
  const bench = makeBench([
    makeTask({
      id: "args",
      parameters: [{ name: "values", type: strings }],
      outputs: [output(strings)],
      command: {
        form: "run",
        source: "main.pipe:1:1",
        items: [
          text(process.execPath),
          text("-e"),
          text(script),
          text("--"),
          OUT,
          { spread: { op: "ref", name: "values" }, type: strings },
        ],
      },
    }),
  ]);
  expect(await bench.run("args", { values: awkward })).toEqual({ ok: true, value: awkward });
  await bench.backend.close();
});

test("a script gets its parameters as variables, which run nothing", async () => {
  const bench = makeBench([
    makeTask({
      id: "script",
      parameters: [
        { name: "text", type: STRING },
        { name: "number", type: { kind: "optional", inner: INT } },
      ],
      outputs: [output(STRING)],
      command: {
        form: "script",
        interpreter: "sh",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: of the shell
        text: 'printf "%s" "$text|${number-unset}" > "$out"',
        source: "main.pipe:1:1",
      },
    }),
  ]);
  expect(await bench.run("script", { text: "'; touch pwned; '", number: null })).toEqual({
    ok: true,
    value: "'; touch pwned; '|unset",
  });
  expect(fs.existsSync(path.join(bench.folder.description.folder, "pwned"))).toBe(false);
  await bench.backend.close();
});

test("a process works in the pipeline's folder and knows its place in the run", async () => {
  const bench = makeBench(
    [
      shell(
        "where",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: of the shell
        'printf "%s" "$PWD|$SLUICE_RUN|$SLUICE_STEP|$SLUICE_KEY|$SLUICE_ATTEMPT|$MINE|${SLUICE_SECRET_TOKEN-none}" > "$1"',
        {
          outputs: [output(STRING)],
          env: [{ name: "MINE", value: { op: "literal", value: "yes" }, type: STRING }],
        },
      ),
    ],
    { environment: { ...process.env, SLUICE_SECRET_TOKEN: "s3cret", SLUICE_KEY: "outer" } },
  );
  const outcome = await bench.run("where", {}, { instance: 'runs["a/b"].where', attempt: 3 });
  const { folder, id } = bench.folder.description;
  expect(outcome).toEqual({ ok: true, value: `${folder}|${id}|runs.where|a/b|3|yes|none` });
  await bench.backend.close();
});

test("both outputs of a process go to its log in the order written, and standard input is empty", async () => {
  const bench = makeBench([shell("talk", "echo one; echo two >&2; cat; echo three; exit 3")]);
  const outcome = (await bench.run("talk")) as Failed;
  expect(outcome).toEqual({
    ok: false,
    cause: "exit",
    exitCode: 3,
    message: "exited with code 3; its log ends with:\none\ntwo\nthree",
  });
  expect(fs.readFileSync(path.join(bench.at("talk"), "output.log"), "utf8")).toBe("one\ntwo\nthree\n");
  await bench.backend.close();
});

test("the quoted end of a log is short, has no control characters, and no secrets", async () => {
  const script =
    'i=0; while [ $i -lt 300 ]; do echo "line $i"; i=$((i+1)); done; printf "10%%\\r99%%\\r\\033[31mred\\033[0m\\a %s\\n" "$TOKEN"; exit 1';
  const task = shell("noisy", script, { env: [{ name: "TOKEN", secret: "token" }] });
  const bench = makeBench([task], {
    plan: makePlan([task], { secrets: [{ name: "token", object: "o", key: "k" }] }),
    secrets: new Map([["token", "hunter2secret"]]),
  });
  const { message } = (await bench.run("noisy")) as Failed;
  expect(message.length).toBeLessThan(2200);
  expect(message).toMatch(/line 299\nred␇ \*\*\*$/);
  expect(message).not.toContain("hunter2");
  expect(JSON.stringify(bench.events)).not.toContain("hunter2");
  await bench.backend.close();
});

test("a process killed by a signal says which, and 137 without the kernel's mark stays an exit", async () => {
  const bench = makeBench([shell("term", "kill -TERM $$"), shell("kill", "kill -KILL $$"), shell("code", "exit 137")], {
    outOfMemoryCount: () => 5,
  });
  expect(await bench.run("term")).toMatchObject({
    cause: "exit",
    exitCode: 143,
    message: expect.stringContaining("SIGTERM"),
  });
  expect(await bench.run("kill")).toMatchObject({
    cause: "exit",
    exitCode: 137,
    message: expect.stringContaining("SIGKILL"),
  });
  expect(await bench.run("code")).toMatchObject({ cause: "exit", exitCode: 137 });
  await bench.backend.close();
});

test("a process killed while the kernel's count grew ran out of memory, once per count", async () => {
  let kills = 2;
  const bench = makeBench([shell("kill", "kill -KILL $$"), shell("other", "exit 4")], {
    outOfMemoryCount: () => kills,
  });
  kills = 3;
  expect(await bench.run("kill", {}, { instance: "a" })).toMatchObject({ cause: "oom", exitCode: 137 });
  expect(await bench.run("kill", {}, { instance: "b" })).toMatchObject({ cause: "exit", exitCode: 137 });
  kills = 4;
  expect(await bench.run("other")).toMatchObject({ cause: "exit", exitCode: 4 });
  await bench.backend.close();
});

test("what does not start says why, and is not tried again", async () => {
  const folder = makeTestFolder();
  fs.writeFileSync(path.join(folder, "plain"), "not a program");
  const command = (id: string, ...words: string[]) =>
    makeTask({ id, command: { form: "run", items: words.map(text), source: "main.pipe:1:1" } });
  const tasks = [
    command("missing", "no-such-command-here"),
    command("absent", "./nowhere"),
    command("plain", "./plain"),
    command("long", "true", ...Array.from({ length: 40 }, () => "x".repeat(100_000))),
    makeTask({ id: "entrypoint", command: { form: "args", items: [text("x")], source: "main.pipe:1:1" } }),
  ];
  const plan = makePlan(tasks);
  const bench = makeBench(tasks, {
    folder: makeRunFolder(makeTestFolder(), plan, "main-20260101-000000-0002", folder),
    plan,
  });
  const start = { ok: false, cause: "start", retryable: false };
  expect(await bench.run("missing")).toEqual({
    ...start,
    message: expect.stringMatching(/`no-such-command-here`: no such command in .*PATH/),
  });
  expect(await bench.run("absent")).toEqual({ ...start, message: expect.stringContaining("no such file in") });
  expect(await bench.run("plain")).toEqual({ ...start, message: expect.stringContaining("executable") });
  expect(await bench.run("long")).toEqual({ ...start, message: expect.stringMatching(/too long: 4000\d+ bytes/) });
  expect(await bench.run("entrypoint")).toMatchObject({ ...start, message: expect.stringContaining("entrypoint") });
  await bench.backend.close();
});

test("a working folder that is gone is named", async () => {
  const tasks = [makeTask({ id: "a" })];
  const plan = makePlan(tasks);
  const bench = makeBench(tasks, {
    plan,
    folder: makeRunFolder(makeTestFolder(), plan, "main-20260101-000000-0003", "/nowhere/at/all"),
  });
  expect(await bench.run("a")).toMatchObject({ cause: "start", message: expect.stringContaining("`/nowhere/at/all`") });
  await bench.backend.close();
});

test("nothing of the process group is left when a process ends by itself", async () => {
  const bench = makeBench([
    shell("fork", 'sleep 600 & sleep 600 >/dev/null & printf "%s" "$!" > "$1"', { outputs: [output(STRING)] }),
  ]);
  const outcome = await bench.run("fork");
  expect(outcome.ok).toBe(true);
  await processGone(Number(outcome.ok && outcome.value));
  await bench.backend.close();
});

test("a process that outlives its timeout is ended with its children", async () => {
  const bench = makeBench([shell("slow", 'sleep 600 & echo $! > "$SLUICE_STEP.pid"; wait')]);
  const outcome = await bench.run("slow", {}, { timeout: 150 });
  expect(outcome).toEqual({
    ok: false,
    cause: "timeout",
    message: "ran longer than its timeout of 150ms and was ended; its log is empty",
  });
  const pid = Number(await fileAppears(path.join(bench.folder.description.folder, "slow.pid")));
  expect(isAlive(pid)).toBe(false);
  await bench.backend.close();
});

test("a process that ignores the request to end is ended after the grace period", async () => {
  const bench = makeBench([shell("deaf", "trap '' TERM; echo ready > ready; while :; do sleep 600; done")], {
    grace: 100,
  });
  bench.begin([makeStart("deaf")]);
  await fileAppears(path.join(bench.folder.description.folder, "ready"));
  bench.backend.stop("deaf", 1);
  expect(await bench.ended("deaf")).toEqual({ ok: false, cause: "cancelled" });
  await bench.backend.close();
});

test("a process that finishes its work within the grace period counts as done", async () => {
  const script = "trap 'printf done > \"$1\"; exit 0' TERM; echo ready > ready; while :; do sleep 0.01; done";
  const bench = makeBench([shell("tidy", script, { outputs: [output(STRING)] })]);
  bench.begin([makeStart("tidy")]);
  await fileAppears(path.join(bench.folder.description.folder, "ready"));
  bench.backend.stop("tidy", 1);
  expect(await bench.ended("tidy")).toEqual({ ok: true, value: "done" });
  await bench.backend.close();
});

test("the program behind a shell has the grace period although the shell is gone", async () => {
  const inner = "trap 'sleep 0.1; echo saved > saved; exit 0' TERM; echo ready > ready; while :; do sleep 0.01; done";
  const bench = makeBench([shell("outer", `sh -c "${inner}" & wait`)]);
  bench.begin([makeStart("outer")]);
  await fileAppears(path.join(bench.folder.description.folder, "ready"));
  bench.backend.stop("outer", 1);
  await bench.ended("outer");
  expect(fs.readFileSync(path.join(bench.folder.description.folder, "saved"), "utf8")).toBe("saved\n");
  await bench.backend.close();
});

test("hurrying takes the grace away", async () => {
  const bench = makeBench([shell("deaf", "trap '' TERM; echo ready > ready; while :; do sleep 600; done")], {
    grace: 600_000,
  });
  bench.begin([makeStart("deaf")]);
  await fileAppears(path.join(bench.folder.description.folder, "ready"));
  bench.backend.stop("deaf", 1);
  bench.backend.hurry();
  expect(await bench.ended("deaf")).toEqual({ ok: false, cause: "cancelled" });
  await bench.backend.close();
});

test("what is stopped in the moment it starts ends as cancelled", async () => {
  const bench = makeBench([shell("long", "sleep 600")]);
  bench.begin([makeStart("long")]);
  bench.backend.stop("long", 1);
  expect(await bench.ended("long")).toEqual({ ok: false, cause: "cancelled" });
  await bench.backend.close();
});

test("items of a batch run one after the other, and a failed one does not end the others", async () => {
  const task = shell(
    "item",
    'echo "begin $SLUICE_KEY" >> trace; [ "$SLUICE_KEY" != b ] || exit 5; echo "end $SLUICE_KEY" >> trace',
  );
  const bench = makeBench([task]);
  const items = ["a", "b", "c"].map((key) => makeStart("item", {}, { instance: `xs["${key}"].item` }));
  bench.begin(items);
  expect(await bench.ended('xs["c"].item')).toEqual({ ok: true, value: null });
  expect(await bench.ended('xs["b"].item')).toMatchObject({ cause: "exit", exitCode: 5 });
  const trace = fs.readFileSync(path.join(bench.folder.description.folder, "trace"), "utf8");
  expect(trace).toBe("begin a\nend a\nbegin b\nbegin c\nend c\n");
  await bench.backend.close();
});

test("a waiting item of a batch is stopped at once, without running", async () => {
  const bench = makeBench([shell("item", 'echo "$SLUICE_KEY" >> ran; while [ ! -e go ]; do sleep 0.01; done')]);
  const { folder } = bench.folder.description;
  bench.begin(["a", "b"].map((key) => makeStart("item", {}, { instance: `xs["${key}"].item` })));
  await fileAppears(path.join(folder, "ran"));
  bench.backend.stop('xs["b"].item', 1);
  expect(await bench.ended('xs["b"].item')).toEqual({ ok: false, cause: "cancelled" });
  fs.writeFileSync(path.join(folder, "go"), "");
  expect(await bench.ended('xs["a"].item')).toEqual({ ok: true, value: null });
  expect(fs.readFileSync(path.join(folder, "ran"), "utf8")).toBe("a\n");
  await bench.backend.close();
});

test("closing ends everything, also what left its process group, and reports nothing more", async () => {
  const bench = makeBench(
    [shell("escape", "setsid sleep 600 & sleep 0.05; ps -o pid= --ppid $$ > /dev/null; echo $! > pid; wait")],
    { grace: 50 },
  );
  bench.begin([makeStart("escape")]);
  const { folder } = bench.folder.description;
  const pid = Number(await fileAppears(path.join(folder, "pid")));
  await bench.backend.close();
  expect(isAlive(pid)).toBe(false);
  expect(bench.events.filter(({ type }) => type === "attempt-ended")).toEqual([]);
});

test("a file among the inputs arrives as the path of an existing file, a document is written down", async () => {
  const type: Type = { kind: "record", fields: [{ name: "files", type: { kind: "list", element: FILE } }] };
  const task = makeTask({
    id: "cat",
    parameters: [
      { name: "one", type: FILE },
      { name: "two", type },
    ],
    outputs: [output(STRING)],
    command: {
      form: "run",
      source: "main.pipe:1:1",
      items: [
        text("sh"),
        text("-c"),
        text('cat "$2" > "$1"; printf "%s" "$3" >> "$1"'),
        text("sh"),
        OUT,
        parameter("one", FILE),
        parameter("two", type),
      ],
    },
  });
  const staged = makeBench([task]);
  fs.writeFileSync(path.join(staged.folder.description.folder, "in.txt"), "hello ");
  const outcome = await staged.run("cat", { one: 'json:{"a":1}', two: { files: ["in.txt"] } });
  const absolute = path.join(staged.folder.description.folder, "in.txt");
  expect(outcome).toEqual({ ok: true, value: `{"a":1}\n{"files":["${absolute}"]}` });
  await staged.backend.close();
});

test("an input that is not there, is a directory, or is remote, is a failed start", async () => {
  const bench = makeBench([shell("use", "true", { parameters: [{ name: "f", type: FILE }] })]);
  const start = { ok: false, cause: "start", retryable: false };
  expect(await bench.run("use", { f: "gone.txt" }, { instance: "a" })).toEqual({
    ...start,
    message: expect.stringMatching(/input `f`: .*gone\.txt`: it does not exist/),
  });
  expect(await bench.run("use", { f: "." }, { instance: "b" })).toEqual({
    ...start,
    message: expect.stringContaining("is a directory"),
  });
  expect(await bench.run("use", { f: "s3://b/k" }, { instance: "c" })).toEqual({
    ...start,
    message: expect.stringContaining("not supported on the local engine"),
  });
  await bench.backend.close();
});

test("the handle of a start names the process beyond doubt", async () => {
  const bench = makeBench([shell("brief", "sleep 0.1")]);
  await bench.run("brief");
  const started = bench.events[0];
  expect(started).toMatchObject({
    type: "attempt-started",
    handle: { pid: expect.any(Number), start: expect.stringMatching(/^\d+$/), boot: expect.any(String) },
  });
  await bench.backend.close();
});

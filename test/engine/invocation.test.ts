import fc from "fast-check";
import { expect, test } from "vitest";
import { buildInvocation } from "../../src/engine/invocation.ts";
import type { PlanArgument, PlanTask } from "../../src/plan/plan.ts";
import { BOOL, FILE, FLOAT, INT, listOf, optionalOf, SIZE, STRING, type Type } from "../../src/types/type.ts";
import { makeRecord, type Value } from "../../src/types/value.ts";
import { failing, field, literal, ref, task } from "../harness/plan-builder.ts";

const AT = "test.pipe:1:1";

function commandOf(items: readonly PlanArgument[], parameters: Readonly<Record<string, Type>> = {}): PlanTask {
  return task("t", { parameters, command: { form: "run", items, source: AT } });
}

function argv(
  one: PlanTask,
  values: readonly (readonly [string, Value])[] = [],
  out: string | null = null,
): readonly string[] {
  const built = buildInvocation(one, makeRecord(values), out);
  if (!built.ok) throw new Error(built.failure.message);
  return built.command.form === "script" ? [] : built.command.argv;
}

test("arguments are the texts of their values by type", () => {
  const items: PlanArgument[] = [
    { value: literal("train.py"), type: STRING },
    { value: ref("lr"), type: FLOAT },
    { value: ref("epochs"), type: INT },
    { value: ref("fast"), type: BOOL },
    { value: ref("memory"), type: SIZE },
    { value: ref("names"), type: listOf(STRING) },
    { value: ref("data"), type: FILE },
    { value: ref("out"), type: STRING },
  ];
  const values = [
    ["lr", 1e-7],
    ["epochs", 10],
    ["fast", true],
    ["memory", 2 ** 34],
    ["names", ["a", 'b"']],
    ["data", "/in/x.csv"],
  ] as const;
  expect(argv(commandOf(items), values, "/w/out")).toEqual([
    "train.py",
    "1e-7",
    "10",
    "true",
    "16Gi",
    '["a","b\\""]',
    "/in/x.csv",
    "/w/out",
  ]);
});

test("named outputs are fields of `out`", () => {
  const one = commandOf([{ value: field(ref("out"), "score"), type: STRING }]);
  const built = buildInvocation(one, makeRecord([]), makeRecord([["score", "/w/out/score"]]));
  expect(built).toMatchObject({ ok: true, command: { argv: ["/w/out/score"] } });
});

test("a spread adds one argument per item, none for an empty list, and empty texts stay", () => {
  const items: PlanArgument[] = [
    { spread: ref("xs"), type: listOf(INT) },
    { spread: ref("none"), type: listOf(STRING) },
    { value: literal(""), type: STRING },
  ];
  expect(
    argv(commandOf(items), [
      ["xs", [1, 2]],
      ["none", []],
    ]),
  ).toEqual(["1", "2", ""]);
});

test("no text but NUL changes on its way to the process", () => {
  const one = commandOf([{ value: ref("x"), type: STRING }]);
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      fc.pre(!text.includes("\0"));
      expect(argv(one, [["x", text]])).toEqual([text]);
    }),
  );
  for (const text of ["$(HOME)", "$HOME", "{{x}}", "\\(x)", "a'b\"c\\", "two\nlines"])
    expect(argv(one, [["x", text]])).toEqual([text]);
});

test("NUL in an argument or a variable is a failure that says where", () => {
  const one = commandOf([
    { value: literal("a"), type: STRING },
    { value: ref("x"), type: STRING },
  ]);
  expect(buildInvocation(one, makeRecord([["x", "a\0b"]]), null)).toEqual({
    ok: false,
    failure: { message: "Argument 2 holds a NUL character, which no process can be given.", at: AT },
  });
  const env = task("t", { env: [{ name: "X", value: ref("x"), type: STRING }] });
  const built = buildInvocation(env, makeRecord([["x", "\0"]]), null);
  expect(built.ok ? "" : built.failure.message).toContain("`X`");
});

test("an expression that fails is the failure of the invocation", () => {
  expect(buildInvocation(commandOf([{ value: failing, type: STRING }]), makeRecord([]), null).ok).toBe(false);
  expect(buildInvocation(commandOf([{ spread: failing, type: listOf(STRING) }]), makeRecord([]), null).ok).toBe(false);
  expect(
    buildInvocation(task("t", { env: [{ name: "X", value: failing, type: STRING }] }), makeRecord([]), null).ok,
  ).toBe(false);
});

const script = (
  parts: Omit<Partial<PlanTask>, "parameters"> & { readonly types: Readonly<Record<string, Type>> },
): PlanTask => {
  const { types, ...rest } = parts;
  return task("t", {
    parameters: types,
    command: { form: "script", interpreter: "python", text: "print(1)\n", source: AT },
    ...rest,
  });
};

test("a script gets each parameter as a variable of its name and the paths of its outputs", () => {
  const types = { name: STRING, lr: FLOAT, xs: listOf(INT), missing: optionalOf(STRING), given: optionalOf(INT) };
  const values = makeRecord([
    ["name", "'; rm -rf x; '"],
    ["lr", 0.5],
    ["xs", [1, 2]],
    ["missing", null],
    ["given", 3],
  ]);
  expect(buildInvocation(script({ types }), values, "/w/out")).toEqual({
    ok: true,
    command: { form: "script", interpreter: "python", text: "print(1)\n" },
    env: [
      { name: "name", value: "'; rm -rf x; '" },
      { name: "lr", value: "0.5" },
      { name: "xs", value: "[1,2]" },
      { name: "given", value: "3" },
      { name: "out", value: "/w/out" },
    ],
    unset: ["missing"],
  });
});

test("named outputs of a script are `out_` variables, a script without outputs has none", () => {
  const outputs = [
    { name: "score", type: INT },
    { name: "model", type: FILE },
  ];
  const built = buildInvocation(
    script({ types: {}, outputs }),
    makeRecord([]),
    makeRecord([
      ["score", "/o/s"],
      ["model", "/o/m"],
    ]),
  );
  expect(built).toMatchObject({
    env: [
      { name: "out_score", value: "/o/s" },
      { name: "out_model", value: "/o/m" },
    ],
  });
  expect(buildInvocation(script({ types: {}, outputs: [] }), makeRecord([]), null)).toMatchObject({ env: [] });
});

test("`env` stands beside a script's variables and wins over them; secrets stay names", () => {
  const env = [
    { name: "lr", value: literal(2), type: INT },
    { name: "HF", secret: "hf_token" },
  ];
  const built = buildInvocation(script({ types: { lr: FLOAT }, outputs: [], env }), makeRecord([["lr", 1]]), null);
  expect(built).toMatchObject({
    env: [
      { name: "lr", value: "2" },
      { name: "HF", secret: "hf_token" },
    ],
    unset: [],
  });
});

test("parameters named like members of every object are found", () => {
  const one = commandOf([{ value: ref("constructor"), type: INT }], { constructor: INT });
  expect(argv(one, [["constructor", 1]])).toEqual(["1"]);
});

test("`args` keeps its form", () => {
  const one = task("t", { command: { form: "args", items: [], source: AT } });
  expect(buildInvocation(one, makeRecord([]), null)).toMatchObject({ command: { form: "args", argv: [] } });
});

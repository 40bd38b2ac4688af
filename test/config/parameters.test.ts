import fc from "fast-check";
import { expect, test } from "vitest";
import { type ParameterSpec, readParameters } from "../../src/config/parameters.ts";
import { applyFixes } from "../../src/diagnostics/apply-fixes.ts";
import { createSourceFile } from "../../src/text/source-file.ts";
import { FILE, FLOAT, INT, listOf, optionalOf, SIZE, STRING, type Type } from "../../src/types/type.ts";

const EXPERIMENT: Type = {
  kind: "record",
  name: "Experiment",
  fields: [
    { name: "id", type: STRING },
    { name: "lr", type: FLOAT },
  ],
};
const SPECS: readonly ParameterSpec[] = [
  { name: "epochs", type: INT, default: 10 },
  { name: "name", type: STRING, default: "x" },
  { name: "list", type: listOf(EXPERIMENT), default: [] },
  { name: "data", type: optionalOf(FILE) },
  { name: "memory", type: SIZE, default: 1 },
];

interface Given {
  readonly specs?: readonly ParameterSpec[];
  readonly options?: readonly string[];
  readonly file?: string;
  readonly strict?: boolean;
}

function read({ specs = SPECS, options = [], file, strict = false }: Given) {
  const source = file === undefined ? undefined : createSourceFile(0, "p.yaml", file);
  const { value, diagnostics, commandLine } = readParameters({
    pipeline: "main",
    specs,
    declared: new Map(),
    commandLine: options,
    ...(source && { file: source }),
    commandLineFolder: "/here",
    fileFolder: "/there",
    strict,
    pathProblem: (path) => (path.includes("missing") ? "it does not exist" : undefined),
    commandLineId: 1,
  });
  const problems = diagnostics.map(({ code, message, span, severity }) => {
    const text = (span.file === 0 ? (file ?? "") : commandLine.text).slice(span.start, span.end);
    return { code, message, severity, text };
  });
  return { value: { ...value }, problems };
}

test("defaults hold, an optional one without a value is null", () => {
  expect(read({})).toEqual({ value: { epochs: 10, name: "x", list: [], data: null, memory: 1 }, problems: [] });
});

test("texts of the command line are read by the type of the parameter", () => {
  const { value, problems } = read({
    options: ["epochs=20", "name=007", 'list=[{"id": "a", "lr": 1}]', "data=d.csv", "memory=1Ki"],
  });
  expect(problems).toEqual([]);
  expect(JSON.parse(JSON.stringify(value))).toEqual({
    epochs: 20,
    name: "007",
    list: [{ id: "a", lr: 1 }],
    data: "/here/d.csv",
    memory: 1024,
  });
});

test("values of a file are read, its relative paths are in its folder, the command line wins", () => {
  const { value, problems } = read({
    file: "epochs: 3\ndata: d.csv\nname: 'true'\nmemory: 2Ki\n",
    options: ["epochs=4"],
  });
  expect(problems).toEqual([]);
  expect(value).toMatchObject({ epochs: 4, data: "/there/d.csv", name: "true", memory: 2048 });
});

test("URIs stay as they are", () => {
  expect(read({ options: ["data=s3://bucket/key"] }).value).toMatchObject({ data: "s3://bucket/key" });
});

test("a name that is not known is reported with the nearest", () => {
  expect(read({ options: ["epoch=1"] }).problems[0]).toMatchObject({ code: "unknown-parameter", text: "epoch" });
  expect(read({ file: "epoch: 1" }).problems[0]).toMatchObject({ code: "unknown-parameter", text: "epoch" });
});

test("a wrong value deep in a file is reported where it stands", () => {
  const { problems } = read({ file: "list:\n  - { id: a, lr: 1 }\n  - id: b\n    lr: fast\n" });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({ code: "wrong-parameter", text: "fast" });
  expect(problems[0]!.message).toContain("$[1].lr");
});

test("the spelling of a number counts: 1.0 is no Int, 007 no String", () => {
  expect(read({ file: "epochs: 1.0" }).problems[0]).toMatchObject({ code: "wrong-parameter", text: "1.0" });
  expect(read({ file: "name: 007" }).problems[0]).toMatchObject({ code: "wrong-parameter", text: "007" });
  expect(read({ options: ["epochs=1.0"] }).problems[0]).toMatchObject({ code: "wrong-parameter", text: "1.0" });
});

test("a field that the type does not have is a warning, with strict an error", () => {
  const file = "list: [{ id: a, lr: 1, extra: 2 }]";
  expect(read({ file }).problems).toMatchObject([{ code: "extra-field", severity: "warning" }]);
  expect(read({ file, strict: true }).problems).toMatchObject([{ code: "wrong-parameter", severity: "error" }]);
});

test("all that must be given and is not is reported at once, with types", () => {
  const specs = [
    { name: "a", type: INT },
    { name: "b", type: listOf(STRING) },
  ];
  const { problems } = read({ specs });
  expect(problems).toHaveLength(1);
  expect(problems[0]!.message).toContain("`a: Int`, `b: [String]`");
});

test("twice, without a value and without a name are errors", () => {
  expect(read({ options: ["epochs=1", "epochs=2"] }).problems).toMatchObject([{ code: "repeated-parameter" }]);
  expect(read({ options: ["epochs"] }).problems).toMatchObject([{ code: "parameter-form", text: "epochs" }]);
  expect(read({ options: ["=1"] }).problems).toMatchObject([{ code: "parameter-form" }]);
});

test("a file that is not there is an error before anything starts", () => {
  expect(read({ options: ["data=missing.csv"] }).problems).toMatchObject([
    { code: "missing-input", text: "missing.csv" },
  ]);
});

test("a parameters file that is no mapping is refused, an empty one is not", () => {
  expect(read({ file: "- 1" }).problems).toMatchObject([{ code: "parameters-form" }]);
  expect(read({ file: "" }).problems).toEqual([]);
});

test("parameters named as parts of objects are ordinary", () => {
  const specs = [
    { name: "constructor", type: INT },
    { name: "__proto__", type: STRING },
  ];
  const { value, problems } = read({ specs, options: ["constructor=1", "__proto__=x"] });
  expect(problems).toEqual([]);
  expect(Object.getOwnPropertyDescriptor(value, "constructor")?.value).toBe(1);
});

test("any file and any options end in values or problems, never in a throw", () => {
  const word = fc.constantFrom(
    "epochs",
    "list",
    "data",
    "memory",
    ": ",
    "\n",
    "[",
    "]",
    "{",
    "}",
    "- ",
    "1",
    '"a"',
    "null",
    " ",
    "=",
    "&x",
    "*x",
  );
  const text = fc.array(word, { maxLength: 20 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, fc.array(text, { maxLength: 3 }), (file, options) => {
      const { problems, value } = read({ file, options });
      expect(problems.length > 0 || Object.keys(value).length === SPECS.length).toBe(true);
    }),
  );
});

test("the fix of an unknown name keeps the quotes that the name has in the file", () => {
  const fixed = (text: string) => {
    const file = createSourceFile(0, "p.json", text);
    const { diagnostics } = readParameters({
      pipeline: "main",
      specs: SPECS,
      declared: new Map(),
      commandLine: [],
      file,
      commandLineFolder: "/here",
      fileFolder: "/there",
      strict: false,
      pathProblem: () => undefined,
      commandLineId: 1,
    });
    expect(diagnostics[0]?.fixes[0]?.title).toBe("Change to `epochs`");
    return applyFixes(diagnostics, [file]).texts.get(0);
  };
  expect(fixed('{ "epoch": 3 }')).toBe('{ "epochs": 3 }');
  expect(fixed("'epoch': 3")).toBe('"epochs": 3');
  expect(fixed("epoch: 3")).toBe("epochs: 3");
});

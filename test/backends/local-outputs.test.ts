import * as fs from "node:fs";
import * as path from "node:path";
import { afterAll, expect, test } from "vitest";
import { collectOutputs, outputPaths, prepareOutputs } from "../../src/backends/local/outputs.ts";
import { FILE, INT, listOf, optionalOf, STRING, type Type } from "../../src/types/type.ts";
import { makeTask, makeTestFolder, output, removeFolders } from "./local-harness.ts";

afterAll(removeFolders);

const DIR: Type = { kind: "dir" };
const SCORE: Type = {
  kind: "record",
  fields: [
    { name: "id", type: STRING },
    { name: "loss", type: { kind: "float" } },
  ],
};

/** Prepares an attempt's folder, lets `write` play the task, and collects. */
function collect(type: Type, write: (out: string, folder: string) => void, strict = false) {
  const folder = path.join(makeTestFolder(), "attempt-1");
  fs.mkdirSync(folder);
  const task = makeTask({ id: "t", outputs: [output(type)] });
  prepareOutputs(task, folder);
  const out = outputPaths(task, folder) as string;
  write(out, folder);
  return { out, ...collectOutputs(task, folder, { strict, limit: 1000 }) };
}

test("text loses one line end and nothing else", () => {
  expect(collect(STRING, (out) => fs.writeFileSync(out, " a\r\n\n"))).toMatchObject({ value: " a\r\n" });
  expect(collect(STRING, (out) => fs.writeFileSync(out, "\n"))).toMatchObject({ value: "" });
  expect(collect(STRING, (out) => fs.writeFileSync(out, '"quoted"'))).toMatchObject({ value: '"quoted"' });
});

test("text that is missing, empty, no UTF-8 or too long names the path", () => {
  const { out, ...missing } = collect(STRING, () => {});
  expect(missing).toEqual({ ok: false, message: `output \`out\`: nothing was written to \`${out}\`` });
  expect(collect(STRING, (file) => fs.writeFileSync(file, ""))).toMatchObject({
    ok: false,
    message: expect.stringContaining("is empty"),
  });
  expect(collect(STRING, (file) => fs.writeFileSync(file, Buffer.from([0x61, 0xff])))).toMatchObject({
    ok: false,
    message: expect.stringContaining("is not UTF-8 text"),
  });
  expect(collect(STRING, (file) => fs.writeFileSync(file, "x".repeat(1001)))).toMatchObject({
    ok: false,
    message: expect.stringContaining("has 1001 bytes, more than the 1000"),
  });
});

test("a JSON output is decoded by its type", () => {
  expect(collect(SCORE, (out) => fs.writeFileSync(out, ' {"loss": 1, "id": "a"}\n'))).toMatchObject({
    ok: true,
    value: { id: "a", loss: 1 },
  });
  expect(collect(listOf(INT), (out) => fs.writeFileSync(out, "[]"))).toMatchObject({ ok: true, value: [] });
});

test("a JSON output that is empty, no JSON, or of another type quotes what was found", () => {
  expect(collect(SCORE, (out) => fs.writeFileSync(out, " \n"))).toMatchObject({
    ok: false,
    message: expect.stringContaining("is empty"),
  });
  expect(collect(SCORE, (out) => fs.writeFileSync(out, "{'id': 1}"))).toMatchObject({
    ok: false,
    message: expect.stringContaining("line 1"),
  });
  const { out, ...mistyped } = collect(SCORE, (file) => fs.writeFileSync(file, '{"id": "a", "loss": "low"}'));
  expect(mistyped).toMatchObject({ ok: false });
  expect((mistyped as { message: string }).message).toContain(`\`${out}\``);
  expect((mistyped as { message: string }).message).toMatch(/\$\.loss.*low/);
});

test("an extra field is dropped with a warning, and an error when strict", () => {
  const write = (out: string) => fs.writeFileSync(out, '{"id":"a","loss":1,"los":2}');
  expect(collect(SCORE, write)).toMatchObject({
    ok: true,
    value: { id: "a", loss: 1 },
    warnings: [expect.stringContaining("los")],
  });
  expect(collect(SCORE, write, true)).toMatchObject({ ok: false, message: expect.stringContaining("los") });
});

test("files and directories are kept where they are", () => {
  const file = collect(FILE, (out) => fs.writeFileSync(out, ""));
  expect(file).toMatchObject({ ok: true, value: file.out });
  const directory = collect(DIR, (out) => fs.writeFileSync(path.join(out, "a"), "1"));
  expect(directory).toMatchObject({ ok: true, value: directory.out });
});

test("a directory where a file is expected, and the other way round, is an error", () => {
  expect(collect(FILE, (out) => fs.mkdirSync(out))).toMatchObject({
    ok: false,
    message: expect.stringContaining("is a directory, where a file"),
  });
  expect(collect(SCORE, (out) => fs.mkdirSync(out))).toMatchObject({
    ok: false,
    message: expect.stringContaining("is a directory, where a file"),
  });
  const replace = (out: string) => {
    fs.rmdirSync(out);
    fs.writeFileSync(out, "x");
  };
  expect(collect(DIR, replace)).toMatchObject({
    ok: false,
    message: expect.stringContaining("is a file, where a directory"),
  });
  expect(collect(listOf(FILE), replace)).toMatchObject({
    ok: false,
    message: expect.stringContaining("where a directory of files"),
  });
});

test("a list of files is the directory's files in byte order of their names", () => {
  const names = ["b", "a10", "a2", "Z", "é", "😀", "\uffee"];
  const found = collect(listOf(FILE), (out) => {
    for (const name of names) fs.writeFileSync(path.join(out, name), "x");
  });
  const expected = ["Z", "a10", "a2", "b", "é", "\uffee", "😀"].map((name) => path.join(found.out, name));
  expect(found).toMatchObject({ ok: true, value: expected });
});

test("a list of files holds to its bound, and only files may stand in its directory", () => {
  const two = (out: string) => {
    for (const name of ["a", "b"]) fs.writeFileSync(path.join(out, name), "");
  };
  expect(collect(listOf(FILE, 1), two)).toMatchObject({
    ok: false,
    message: expect.stringMatching(/2 files, more than the 1 /),
  });
  expect(collect(listOf(FILE, 2), two)).toMatchObject({ ok: true });
  expect(collect(listOf(FILE), (out) => fs.mkdirSync(path.join(out, "sub")))).toMatchObject({
    ok: false,
    message: expect.stringContaining("only files may stand there"),
  });
});

test("an optional file or directory that was not made is null", () => {
  expect(collect(optionalOf(FILE), () => {})).toMatchObject({ ok: true, value: null });
  expect(collect(optionalOf(DIR), () => {})).toMatchObject({ ok: true, value: null });
  expect(collect(optionalOf(INT), () => {})).toMatchObject({ ok: false });
  expect(collect(optionalOf(INT), (out) => fs.writeFileSync(out, "null"))).toMatchObject({ ok: true, value: null });
});

test("a file inside a JSON output is relative to that output and must exist", () => {
  const type: Type = {
    kind: "record",
    fields: [
      { name: "model", type: FILE },
      { name: "more", type: optionalOf(DIR) },
    ],
  };
  const good = collect(type, (out, folder) => {
    fs.writeFileSync(path.join(folder, "m.bin"), "x");
    fs.writeFileSync(out, '{"model":"m.bin"}');
  });
  expect(good).toMatchObject({ ok: true, value: { model: path.join(path.dirname(good.out), "m.bin"), more: null } });
  expect(collect(type, (out) => fs.writeFileSync(out, '{"model":"s3://b/k"}'))).toMatchObject({
    ok: true,
    value: { model: "s3://b/k" },
  });
  expect(collect(type, (out) => fs.writeFileSync(out, '{"model":"gone.bin"}'))).toMatchObject({
    ok: false,
    message: expect.stringContaining("`gone.bin` does not exist"),
  });
  expect(collect(type, (out) => fs.writeFileSync(out, '{"model":"../../etc/passwd"}'))).toMatchObject({
    ok: false,
    message: expect.stringContaining("leads out of the attempt's folder"),
  });
});

test("links may stay in the attempt's folder and not leave it", () => {
  const inside = collect(FILE, (out, folder) => {
    fs.writeFileSync(path.join(folder, "real"), "x");
    fs.symlinkSync("real", out);
  });
  expect(inside).toMatchObject({ ok: true, value: inside.out });
  expect(collect(FILE, (out) => fs.symlinkSync("/etc/hosts", out))).toMatchObject({
    ok: false,
    message: expect.stringContaining("`/etc/hosts`"),
  });
  expect(collect(STRING, (out) => fs.symlinkSync("nothing", out))).toMatchObject({
    ok: false,
    message: expect.stringContaining("link to nothing"),
  });
});

test("a device or pipe is no output", () => {
  expect(collect(STRING, (out) => fs.symlinkSync("/dev/zero", out))).toMatchObject({ ok: false });
});

test("named outputs have paths of their own, and a missing one is named", () => {
  const folder = path.join(makeTestFolder(), "attempt-1");
  fs.mkdirSync(folder);
  const task = makeTask({ id: "t", outputs: [output(SCORE, "score"), output(FILE, "model"), output(DIR, "logs")] });
  prepareOutputs(task, folder);
  const paths = outputPaths(task, folder) as Record<string, string>;
  expect({ ...paths }).toEqual({
    score: `${folder}/out/score`,
    model: `${folder}/out/model`,
    logs: `${folder}/out/logs`,
  });
  fs.writeFileSync(paths.score!, '{"id":"a","loss":0.5}');
  const options = { strict: false, limit: 1000 };
  expect(collectOutputs(task, folder, options)).toEqual({
    ok: false,
    message: `output \`out.model\`: nothing was written to \`${paths.model}\``,
  });
  fs.writeFileSync(paths.model!, "x");
  expect(collectOutputs(task, folder, options)).toMatchObject({
    ok: true,
    value: { score: { id: "a", loss: 0.5 }, model: paths.model, logs: paths.logs },
  });
});

import { expect, test } from "vitest";
import { applyFixes } from "../../src/diagnostics/apply-fixes.ts";
import { CATALOG, catalogCodes, findCatalogEntry } from "../../src/diagnostics/catalog.ts";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { diagnosticsToJsonLines } from "../../src/diagnostics/json.ts";
import { mergeDiagnostics } from "../../src/diagnostics/merge.ts";
import { createSourceFile } from "../../src/text/source-file.ts";

function problem(file: number, start: number, end: number, extra: Partial<Diagnostic> = {}): Diagnostic {
  return { code: "c", severity: "error", message: "m", span: { file, start, end }, related: [], fixes: [], ...extra };
}

test("JSON lines carry places as lines, columns and offsets, and fixes with their edits", () => {
  const source = createSourceFile(0, "main.pipe", "a\nbcd\n");
  const fixes = [{ title: "write `x`", edits: [{ span: { file: 0, start: 2, end: 3 }, text: "x" }] }];
  const text = diagnosticsToJsonLines([problem(0, 2, 5, { fixes, help: "h" }), problem(0, 0, 1)], [source]);
  const [first, second] = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(first).toMatchObject({
    file: "main.pipe",
    line: 2,
    column: 1,
    endLine: 2,
    endColumn: 4,
    start: 2,
    end: 5,
    code: "c",
    severity: "error",
    help: "h",
  });
  expect(first.fixes[0].edits[0]).toMatchObject({ line: 2, column: 1, endColumn: 2, text: "x" });
  expect(second).toMatchObject({ line: 1, related: [], fixes: [] });
});

test("what two compilations say of a file they share is said once", () => {
  const lib = "task a() {}";
  const first = {
    sources: [createSourceFile(0, "x.pipe", "1"), createSourceFile(1, "lib.pipe", lib)],
    diagnostics: [problem(1, 0, 4), problem(0, 0, 1)],
  };
  const second = {
    sources: [createSourceFile(0, "y.pipe", "2"), createSourceFile(1, "lib.pipe", lib)],
    diagnostics: [problem(1, 0, 4), problem(0, 0, 1)],
  };
  const merged = mergeDiagnostics([first, second]);
  const paths = merged.diagnostics.map((diagnostic) => merged.sources[diagnostic.span.file]!.path);
  expect(paths).toEqual(["x.pipe", "lib.pipe", "y.pipe"]);
});

test("single fixes are applied whole, a choice of fixes and an overlap are left", () => {
  const source = createSourceFile(0, "a", "abcdef");
  const edit = (start: number, end: number, text: string) => ({ span: { file: 0, start, end }, text });
  const one = problem(0, 0, 1, { fixes: [{ title: "", edits: [edit(0, 1, "AA"), edit(5, 6, "FF")] }] });
  const choice = problem(0, 2, 3, {
    fixes: [
      { title: "", edits: [edit(2, 3, "x")] },
      { title: "", edits: [edit(2, 3, "y")] },
    ],
  });
  const overlap = problem(0, 4, 6, { fixes: [{ title: "", edits: [edit(3, 4, "d"), edit(4, 6, "z")] }] });
  const applied = applyFixes([one, choice, overlap], [source]);
  expect(applied.count).toBe(1);
  expect(applied.texts.get(0)).toBe("AAbcdeFF");
});

test("each code stands in one table only", () => {
  const codes = catalogCodes();
  expect(new Set(codes).size).toBe(codes.length);
  expect(CATALOG.reduce((sum, phase) => sum + phase.codes.size, 0)).toBe(codes.length);
  expect(findCatalogEntry("missing-parameter")?.severity).toBe("error");
  expect(findCatalogEntry("constructor")).toBeUndefined();
});

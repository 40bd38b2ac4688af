import { expect, test } from "vitest";
import { CATALOG } from "../../src/diagnostics/catalog.ts";
import { compileSource } from "../harness/compile-source.ts";

const entries = CATALOG.flatMap((phase) => [...phase.codes]);

test.each(entries.filter(([, entry]) => entry.shownBy === undefined))(
  "the example of %s gives it and nothing else",
  (code, entry) => {
    const codes = new Set(compileSource(entry.example).diagnostics.map((found) => found.code));
    expect([...codes]).toEqual([code]);
  },
);

test.each(entries)("%s is explained in whole sentences", (_, entry) => {
  expect(entry.explain).toMatch(/[.!?]$/);
  expect(entry.explain.length).toBeGreaterThan(40);
});

import { expect, test } from "vitest";
import { syntaxDiagnostics } from "../../src/diagnostics/catalog/syntax.ts";
import { codesOf } from "../syntax/tree.ts";

test.each(Object.entries(syntaxDiagnostics))(
  "the example of %s gives it and nothing else",
  (code, { example, explain }) => {
    expect(codesOf(example)).toEqual([code]);
    expect(explain.length).toBeGreaterThan(40);
  },
);

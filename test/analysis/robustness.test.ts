// Whatever is done to a program, the compiler answers: with a plan, or with errors, never with a throw.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compileSource } from "../harness/compile-source.ts";

const folder = join(import.meta.dirname, "..", "syntax", "programs");
const programs = readdirSync(folder)
  .filter((name) => name.endsWith(".pipe"))
  .sort()
  .map((name) => readFileSync(join(folder, name), "utf8"));
const words = (text: string): string[] => text.match(/[A-Za-z_]\w*|\d[\w.]*|"[^"\n]*"|\s+|./g) ?? [];
const vocabulary = [...new Set(programs.flatMap(words))].filter((word) => word.trim() !== "");

const edit = fc.record({
  kind: fc.constantFrom("delete", "replace", "insert", "swap", "repeat"),
  at: fc.nat(),
  word: fc.constantFrom(...vocabulary),
});

function apply(text: string, edits: readonly { kind: string; at: number; word: string }[]): string {
  const parts = words(text);
  for (const { kind, at, word } of edits) {
    const place = at % parts.length;
    if (kind === "delete") parts.splice(place, 1);
    else if (kind === "replace") parts[place] = word;
    else if (kind === "insert") parts.splice(place, 0, ` ${word} `);
    else if (kind === "repeat") parts.splice(place, 0, ...parts.slice(place, place + 12));
    else parts.splice(place, 2, ...parts.slice(place, place + 2).reverse());
  }
  return parts.join("");
}

test("an edited program gives a plan or errors with places inside the text", () => {
  fc.assert(
    fc.property(fc.constantFrom(...programs), fc.array(edit, { minLength: 1, maxLength: 4 }), (program, edits) => {
      const text = apply(program, edits);
      const { plan, diagnostics } = compileSource(text, { "objects.pipe": programs[0]! });
      expect(
        plan !== undefined || diagnostics.some((found) => found.severity === "error") || !/\bpipeline\b/.test(text),
      ).toBe(true);
      for (const { span, message } of diagnostics) {
        expect(span.start).toBeLessThanOrEqual(span.end);
        expect(message).not.toMatch(/undefined|NaN|\[object/);
      }
    }),
    { numRuns: 300 },
  );
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { withoutExpansion } from "../../src/emit/expansion.ts";
import { indexInvocations } from "../../src/emit/jobs/index-texts.ts";
import { expand } from "./expand.ts";

const text = fc.string({ unit: fc.constantFrom("$", "(", ")", "A", "0", "1", "$(A)", "$$") });

test("what Kubernetes makes of an escaped text is the text", () => {
  fc.assert(
    fc.property(text, (value) => {
      expect(expand(withoutExpansion(value), { A: "expanded", "": "empty" })).toBe(value);
    }),
    { numRuns: 2000 },
  );
});

test("a text without references stays readable", () => {
  expect(withoutExpansion("costs $5 in $HOME, $")).toBe("costs $5 in $HOME, $");
  expect(withoutExpansion("$(POD) and $$")).toBe("$$(POD) and $$$$");
});

function invocation(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const entries = Object.entries(env).map(([name, value]) => ({ name, value }));
  return { ok: true as const, command: { form: "run" as const, argv }, env: entries, unset: [] };
}

test("texts that differ by the index become one that Kubernetes expands to each", () => {
  fc.assert(
    fc.property(fc.tuple(text, text, text), fc.integer({ min: 1, max: 12 }), ([before, after, fixed], count) => {
      const items = Array.from({ length: count }, (_, index) =>
        invocation([`${before}${index}${after}`, fixed], { V: `${after}${index}${before}` }),
      );
      const found = indexInvocations(items)!;
      items.forEach((item, index) => {
        const values = { JOB_COMPLETION_INDEX: String(index), A: "expanded" };
        const { command, env } = found.invocation;
        expect("argv" in command && command.argv.map((each) => expand(each, values))).toEqual(item.command.argv);
        expect(env.map((each) => "value" in each && expand(each.value, values))).toEqual(
          item.env.map(({ value }) => value),
        );
      });
    }),
  );
});

test("texts that differ otherwise, or a variable of the controller's name, have no such text", () => {
  expect(indexInvocations([invocation(["a"]), invocation(["b"])])).toBeUndefined();
  expect(indexInvocations([invocation(["0"]), invocation(["2"])])).toBeUndefined();
  expect(indexInvocations([invocation(["0"]), invocation(["1", "x"])])).toBeUndefined();
  expect(indexInvocations([invocation(["0"], { A: "1" }), invocation(["1"])])).toBeUndefined();
  expect(indexInvocations([invocation([], { JOB_COMPLETION_INDEX: "7" })])).toBeUndefined();
});

test("the index is declared first only where a variable names it", () => {
  expect(indexInvocations([invocation(["0"]), invocation(["1"])])?.envUsesIndex).toBe(false);
  expect(indexInvocations([invocation([], { A: "0" }), invocation([], { A: "1" })])?.envUsesIndex).toBe(true);
});

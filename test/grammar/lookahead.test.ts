import { readFileSync } from "node:fs";
import { LLkLookaheadStrategy } from "chevrotain";
import { expect, test } from "vitest";
import { makeLookahead, readSets } from "../../grammar/lookahead.ts";
import { analyzeGrammar, parseTokens } from "../../grammar/parser.ts";
import { scan } from "../../grammar/scan.ts";
import { contextual, Int, Name, symbols } from "../../grammar/tokens.ts";
import { generateLookahead } from "../../scripts/generate-lookahead.ts";
import { createSourceFile } from "../../src/text/source-file.ts";
import { programs } from "../syntax/tree.ts";

const analyzed = analyzeGrammar(new LLkLookaheadStrategy({ maxLookahead: 1 }));

function expectSameReading(text: string): void {
  const source = createSourceFile(0, "main.pipe", text);
  // Each has tokens of its own, since the parser changes the kinds of some.
  expect(parseTokens(source, scan(source))).toStrictEqual(analyzed.parseTokens(source, scan(source)));
}

test("the table is up to date", () => {
  const file = new URL("../../grammar/generated/lookahead.ts", import.meta.url);
  expect(readFileSync(file, "utf8")).toBe(generateLookahead());
});

test.each(programs)("%s reads the same with the table as with the analysed grammar", (_, text) => {
  expectSameReading(text);
});

test.each([
  ["no alternative fits", "const A = ]\nconst B = 1\n"],
  ["a list that wants an item has none", 'task t() {\n  image "i"\n  retry exit() 2\n  timeout 5min\n}\n'],
])("where %s, that is said as with the analysed grammar", (_, text) => {
  const source = createSourceFile(0, "main.pipe", text);
  expect(parseTokens(source, scan(source)).diagnostics).toHaveLength(1);
  expectSameReading(text);
});

// Small steps of a fixed sequence: the same programs each time.
function* sequence(): Generator<number, never> {
  let state = 1;
  for (;;) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    yield state >>> 8;
  }
}

test("300 programs with mistakes read the same with the table as with the analysed grammar", () => {
  const numbers = sequence();
  const below = (limit: number) => numbers.next().value % limit;
  const words = programs.map(([, text]) => text.match(/\s+|\w+|\W/g) ?? []);
  for (let round = 0; round < 300; round++) {
    const all = words[round % words.length]!;
    const start = below(all.length);
    const mutated = [...all.slice(0, 20), ...all.slice(start, start + 300)];
    for (let change = 0; change <= round % 3; change++) {
      const inserted = [[], [all[below(all.length)]!], ["}"], [")"], ["("]][below(5)]!;
      mutated.splice(below(mutated.length), below(3), ...inserted);
    }
    expectSameReading(mutated.join(""));
  }
});

test("a gate keeps an alternative from being chosen, and the first that is left wins", () => {
  const sets = readSets({ sets: ["Int", "Int Name+", "Name"], rules: {} });
  let next = Int.tokenTypeIdx!;
  const choose = makeLookahead([256, [0, 1, 2], true], sets, () => next);
  const [open, shut] = [{ GATE: () => true }, { GATE: () => false }];
  expect(choose([open, open, open])).toBe(0);
  expect(choose([shut, {}, {}])).toBe(1);
  expect(choose([shut, shut, open])).toBe(undefined);
  next = contextual.task.tokenTypeIdx!;
  expect(choose([{}, {}, {}])).toBe(1);
  next = Name.tokenTypeIdx!;
  expect(choose([{}, shut, {}])).toBe(2);
  next = symbols.Comma.tokenTypeIdx!;
  expect(choose([{}, {}, {}])).toBe(undefined);
});

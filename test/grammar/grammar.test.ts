import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CONTEXTUAL_WORDS, RESERVED_WORDS } from "../../grammar/tokens.ts";
import { programs } from "../syntax/tree.ts";

function read(name: string): string {
  return readFileSync(new URL(`../../grammar/${name}`, import.meta.url), "utf8");
}

const withoutComments = read("pipe.ebnf").replaceAll(/\(\*[\s\S]*?\*\)/g, "");
// `elif` is read only to say that it is `else if`.
const words = [...RESERVED_WORDS, ...CONTEXTUAL_WORDS].filter((word) => word !== "elif");

// A rule is a public method of the parser; whatever else its classes have is private or protected.
const ruleFiles = readdirSync(new URL("../../grammar/", import.meta.url)).filter((name) =>
  /^(parser|.*-rules)\.ts$/.test(name),
);
const rules = ruleFiles.flatMap((name) => [...read(name).matchAll(/^ {2}(\w+)\(.*\{$/gm)].map(([, rule]) => rule));

test("the EBNF has the rules of the parser", () => {
  const named = [...withoutComments.matchAll(/^(\w+)\s*=/gm)].map(([, name]) => name);
  expect(named.toSorted()).toEqual(rules.toSorted());
});

test("the EBNF uses only rules it has", () => {
  const named = new Set([...withoutComments.matchAll(/^(\w+)\s*=/gm)].map(([, name]) => name));
  const used = withoutComments.replaceAll(/"[^"]*"/g, "").match(/\b[a-z]\w*\b/g) ?? [];
  expect(used.filter((name) => !named.has(name))).toEqual([]);
});

test("the EBNF has every word with a meaning but the literals' own", () => {
  const ebnf = new Set([...withoutComments.matchAll(/"([a-z]+)"/g)].map(([, word]) => word));
  expect(words.filter((word) => word !== "exit" && !ebnf.has(word))).toEqual([]);
});

interface Pattern {
  readonly name?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly include?: string;
  readonly patterns?: readonly Pattern[];
}

const highlighting = JSON.parse(read("pipe.tmLanguage.json")) as Pattern & { repository: Record<string, Pattern> };

function allPatterns(pattern: Pattern): Pattern[] {
  return [pattern, ...(pattern.patterns ?? []).flatMap(allPatterns)];
}

const patterns = [highlighting, ...Object.values(highlighting.repository)].flatMap(allPatterns);

test("the highlighting knows every word with a meaning", () => {
  const text = patterns.map(({ match }) => match ?? "").join("\n");
  expect(words.filter((word) => !new RegExp(`\\b${word}\\b`).test(text.replaceAll("\\b", " ")))).toEqual([]);
});

test("the highlighting's patterns are valid and its includes exist", () => {
  for (const { match, begin, end, include } of patterns) {
    for (const pattern of [match, begin, end])
      if (pattern !== undefined) expect(() => new RegExp(pattern)).not.toThrow();
    if (include !== undefined) expect(highlighting.repository).toHaveProperty([include.slice(1)]);
  }
});

// What an editor does: at each place the first pattern that matches earliest wins; strings and texts are taken whole
// here.
function scopesOf(line: string): Map<string, string> {
  const scopes = new Map<string, string>();
  const order = (highlighting.repository.code?.patterns ?? []).flatMap(({ include }) =>
    allPatterns(highlighting.repository[include?.slice(1) ?? ""] ?? {}),
  );
  for (let at = 0; at < line.length; ) {
    let best: { match: RegExpExecArray; pattern: Pattern } | undefined;
    for (const pattern of order) {
      const source =
        pattern.match ?? (pattern.begin === undefined ? undefined : `${pattern.begin}.*?(?:${pattern.end})`);
      if (source === undefined) continue;
      const expression = new RegExp(source, "gm");
      expression.lastIndex = at;
      const match = expression.exec(line);
      if (match !== null && match[0] !== "" && (best === undefined || match.index < best.match.index))
        best = { match, pattern };
    }
    if (best === undefined) break;
    const { match, pattern } = best;
    const captures = (pattern as { captures?: Record<string, { name: string }> }).captures ?? {};
    if (pattern.name !== undefined) scopes.set(match[0].trim(), pattern.name);
    for (const [index, { name }] of Object.entries(captures))
      if (match[Number(index)] !== undefined) scopes.set(match[Number(index)]!, name);
    at = match.index + match[0].length;
  }
  return scopes;
}

test.each([
  [
    "task train(exp: Experiment) -> File {",
    {
      task: "storage.type",
      train: "entity.name.function",
      exp: "variable.parameter",
      Experiment: "entity.name.type",
      File: "support.type",
    },
  ],
  ["  image TRAIN", { image: "keyword.other", TRAIN: "variable.other.constant" }],
  [
    "  retry exit(75) 2 after 30s..10min",
    {
      retry: "keyword.other",
      exit: "support.constant.cause",
      after: "keyword.other.clause",
      s: "keyword.other.unit",
      min: "keyword.other.unit",
    },
  ],
  [
    "  let a = map e in xs key e.id tolerate 1% {",
    {
      let: "storage.type.let",
      map: "keyword.control",
      in: "keyword.operator.word",
      key: "keyword.other.clause",
      id: "variable.other.member",
      "1%": "constant.numeric.percent",
    },
  ],
  [
    "  yield { key: image, run: first(task) }",
    { yield: "keyword.control", image: "variable.other", first: "entity.name.function.call", task: "variable.other" },
  ],
])("%s is highlighted", (line, expected) => {
  const scopes = scopesOf(line);
  for (const [word, scope] of Object.entries(expected))
    expect(`${word} ${scopes.get(word)}`).toContain(`${word} ${scope}`);
});

test("the highlighting leaves nothing of the programs unmatched", () => {
  for (const [, text] of programs) {
    for (const line of text.split("\n")) {
      if (line.trim() === "" || line.includes("'''")) continue;
      expect(scopesOf(line).size).toBeGreaterThan(0);
    }
  }
});

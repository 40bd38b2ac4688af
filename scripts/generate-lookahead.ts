// Writes down by which kinds of token the parser's rules choose, so that they need not be analysed at each start.
// `--check` only says whether that is up to date.
import { readFileSync, writeFileSync } from "node:fs";
import {
  type Alternation,
  EOF,
  GAstVisitor,
  type ILookaheadStrategy,
  LLkLookaheadStrategy,
  type Rule,
} from "chevrotain";
import type { Alternative, Choice } from "../grammar/lookahead.ts";
import { analyzeGrammar } from "../grammar/parser.ts";
import { allTokens, kindsByIndex } from "../grammar/tokens.ts";

const TARGET = new URL("../grammar/generated/lookahead.ts", import.meta.url);

type Built = ReturnType<ILookaheadStrategy["buildLookaheadForAlternation" | "buildLookaheadForOptional"]>;

// The keys under which Chevrotain keeps the functions: the kind of choice, then in the lower bits which one it is.
const ALTERNATION = 1 << 8;
const OPTIONAL = {
  Option: 2 << 8,
  Repetition: 3 << 8,
  RepetitionMandatory: 4 << 8,
  RepetitionWithSeparator: 5 << 8,
  RepetitionMandatoryWithSeparator: 6 << 8,
} as const;

const kinds = [...allTokens, EOF];

/** The names of the kinds of next token for which a function that Chevrotain built gives an answer. */
function kindsGiving(built: Built, answer: number | true, alternatives: readonly Alternative[]): string[] {
  const ask = built as (this: object, alternatives: readonly Alternative[]) => number | boolean | undefined;
  const chosen = kinds.filter((kind) => {
    const next = { tokenTypeIdx: kind.tokenTypeIdx!, tokenType: kind };
    return ask.call({ LA_FAST: () => next }, alternatives) === answer;
  });
  const isChosen = new Set(chosen);
  const whole = chosen.filter(
    ({ categoryMatches = [] }) =>
      categoryMatches.length > 0 && categoryMatches.every((index) => isChosen.has(kindsByIndex[index]!)),
  );
  const covered = new Set(whole.flatMap(({ categoryMatches = [] }) => categoryMatches));
  return chosen
    .filter(({ tokenTypeIdx }) => !covered.has(tokenTypeIdx!))
    .map((kind) => (whole.includes(kind) ? `${kind.name}+` : kind.name));
}

function countAlternatives(rule: Rule, occurrence: number): number {
  let count = 0;
  // Declared to be abstract, but what it does with other nodes is to do nothing.
  const visitor = new (GAstVisitor as unknown as new () => GAstVisitor)();
  visitor.visitAlternation = ({ idx, definition }: Alternation) => {
    if (idx === occurrence) count = definition.length;
  };
  rule.accept(visitor);
  return count;
}

/** The text of the generated module. */
export function generateLookahead(): string {
  const sets: string[] = [];
  const rules = new Map<string, Choice[]>();
  const indexOf = (names: readonly string[]): number => {
    const text = names.join(" ");
    if (!sets.includes(text)) sets.push(text);
    return sets.indexOf(text);
  };
  const record = ({ name }: Rule, choice: Choice) => rules.set(name, [...(rules.get(name) ?? []), choice]);

  const inner = new LLkLookaheadStrategy({ maxLookahead: 1 });
  analyzeGrammar({
    validate: (options) => inner.validate(options),
    buildLookaheadForAlternation: (options) => {
      const { rule, prodOccurrence, hasPredicates } = options;
      const built = inner.buildLookaheadForAlternation(options);
      const indexes = [...Array(countAlternatives(rule, prodOccurrence)).keys()];
      const found = indexes.map((index) => {
        const gates = indexes.map((other) => ({ GATE: () => other === index }));
        return indexOf(kindsGiving(built, index, gates));
      });
      const key = ALTERNATION | prodOccurrence;
      record(rule, hasPredicates ? [key, found, true] : [key, found]);
      return built;
    },
    buildLookaheadForOptional: (options) => {
      const { rule, prodOccurrence, prodType } = options;
      const built = inner.buildLookaheadForOptional(options);
      record(rule, [
        OPTIONAL[prodType as keyof typeof OPTIONAL] | prodOccurrence,
        indexOf(kindsGiving(built, true, [])),
      ]);
      return built;
    },
  });

  return [
    "// Generated from the rules of the parser by scripts/generate-lookahead.ts.",
    'import type { LookaheadTable } from "../lookahead.ts";',
    "",
    "/** By which kinds of token the rules of the parser choose. */",
    "export const LOOKAHEAD: LookaheadTable = {",
    "  sets: [",
    ...sets.map((names) => `    ${JSON.stringify(names)},`),
    "  ],",
    "  rules: {",
    ...[...rules].map(([rule, choices]) => `    ${rule}: ${JSON.stringify(choices)},`),
    "  },",
    "};",
    "",
  ].join("\n");
}

if (import.meta.main) {
  const text = generateLookahead();
  if (!process.argv.includes("--check")) writeFileSync(TARGET, text);
  else if (readFileSync(TARGET, "utf8") !== text) {
    console.error("grammar/generated/lookahead.ts is out of date: run `node scripts/generate-lookahead.ts`");
    process.exitCode = 1;
  }
}

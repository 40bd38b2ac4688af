// In: a table of what each choice of the grammar's rules begins with. Out: the functions by which Chevrotain makes these
// choices. Afterwards they choose as those do that Chevrotain finds by running through the rules, which takes longer
// than reading a small file.
import { EOF, type TokenType } from "chevrotain";
import { allTokens, type KindSet, kindsByIndex } from "./tokens.ts";

/**
 * A choice of a rule: its key in Chevrotain's cache; the set that an optional or repeated part begins with, or the sets
 * of the alternatives; whether alternatives have gates. Sets are given by their index.
 */
export type Choice = readonly [key: number, sets: number | readonly number[], isGated?: boolean];

export interface LookaheadTable {
  /** The names of the kinds in each set, separated by blanks; `Name+` is a category and all in it, `Name` only itself. */
  readonly sets: readonly string[];
  readonly rules: Readonly<Record<string, readonly Choice[]>>;
}

/** An alternative as the rules give it to Chevrotain. */
export interface Alternative {
  readonly GATE?: () => boolean;
}

/** Whether a part is there, or which alternative is (undefined for none). */
export type Lookahead = (alternatives: readonly Alternative[]) => boolean | number | undefined;

/** The sets of a table, in order. */
export function readSets(table: LookaheadTable): KindSet[] {
  const kinds = new Map<string, TokenType>([...allTokens, EOF].map((kind) => [kind.name, kind]));
  return table.sets.map((names) => {
    const set = new Uint8Array(kindsByIndex.length);
    for (const name of names.split(" ")) {
      const kind = kinds.get(name.replace("+", ""))!;
      set[kind.tokenTypeIdx!] = 1;
      if (name.endsWith("+")) for (const index of kind.categoryMatches ?? []) set[index] = 1;
    }
    return set;
  });
}

/** The function that makes a choice; `nextKind` gives the index of the kind of the next token. */
export function makeLookahead(
  [, chosen, isGated]: Choice,
  sets: readonly KindSet[],
  nextKind: () => number,
): Lookahead {
  if (typeof chosen === "number") {
    const set = sets[chosen]!;
    return () => set[nextKind()] === 1;
  }
  const alternativeSets = chosen.map((index) => sets[index]!);
  if (isGated) {
    return (alternatives) => {
      const kind = nextKind();
      const found = alternativeSets.findIndex(
        (set, index) => set[kind] === 1 && alternatives[index]?.GATE?.() !== false,
      );
      return found < 0 ? undefined : found;
    };
  }
  const byKind: (number | undefined)[] = kindsByIndex.map(() => undefined);
  for (const [index, set] of alternativeSets.entries()) {
    for (let kind = 0; kind < set.length; kind++) if (set[kind] === 1) byKind[kind] = index;
  }
  return () => byKind[nextKind()];
}

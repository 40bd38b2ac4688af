// What blocks and maps know of each other: a map's lane is a block, and a block has maps.
import type { PlanBlock } from "../../plan/plan.ts";
import type { Type } from "../../types/type.ts";
import type { ArgoContext, MadeBlock, Scope } from "./context.ts";
import type { Dag } from "./dag.ts";

export type { MadeBlock } from "./context.ts";

/** Where a block stands. */
export interface Place {
  readonly nameParts: readonly string[];
  /** Node ids joined by dots. */
  readonly step: string;
  readonly source: string;
  /** The term of where Files are kept, a path that ends in `/`. */
  readonly files: string;
  /** In a map: the term of the key of the item, JSON of a text. */
  readonly key?: string;
}

/** The value of a block: as a term, and as JSON text. */
export interface BlockValue {
  readonly term: string;
  readonly json: string;
  readonly type: Type;
}

/** What makes the outputs of a block's template, and adds to its dag; `value`: what the block yields. */
export type Finish = (dag: Dag, value: BlockValue | undefined) => readonly (readonly [string, string])[];

/** Makes the template of a block; `outer`: the names it may see, with their types. */
export type MakeBlock = (
  context: ArgoContext,
  block: PlanBlock,
  outer: ReadonlyMap<string, Type>,
  where: Omit<Place, "files">,
  what: string,
  more?: {
    readonly inputs?: readonly string[];
    readonly scope?: Scope;
    readonly files?: string;
    readonly finish?: Finish;
  },
) => MadeBlock;

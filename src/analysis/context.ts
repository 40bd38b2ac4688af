// What every check is handed: the module it stands in, the facts gathered so far, and where to report. Scopes are chains of local names.
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { ExpressionNode, PipelineNode } from "../syntax/ast.ts";
import type { Span } from "../text/span.ts";
import type { Type } from "../types/type.ts";
import type { Value } from "../types/value.ts";
import type { Facts, GlobalSymbol, LocalSymbol, Module, Signature } from "./program.ts";

/** What declarations mean, found out on demand and once, in whatever order they stand. */
export interface Declarations {
  readonly typeNamed: (symbol: GlobalSymbol & { kind: "type" | "enum" }) => Type;
  /** Of a constant or resources block; `value` is absent where an error was reported. */
  readonly constant: (symbol: GlobalSymbol & { kind: "const" | "resources" }) => {
    readonly type: Type;
    readonly value: Value | undefined;
  };
  readonly signature: (symbol: GlobalSymbol & { kind: "task" | "pipeline" }) => Signature;
}

/** Checks an expression in a scope: records its type, reports what is wrong. `what` starts sentences about it ("Argument `lr` of `train`"). */
export type CheckFunction = (
  context: CheckContext,
  node: ExpressionNode,
  scope: Scope,
  expected?: Type,
  what?: string,
) => Type;

export interface CheckContext {
  /** The way back from the checks of single constructs to expressions in general. A missing value is an error. */
  readonly check: CheckFunction;
  /** The same, but an expression without a value (type `none`) is fine, and a mismatch with `expected` is not reported. */
  readonly infer: CheckFunction;
  readonly module: Module;
  readonly facts: Facts;
  readonly declarations: Declarations;
  /** The pipeline whose body is checked. */
  readonly pipeline?: PipelineNode;
  readonly report: (diagnostic: Diagnostic) => void;
  /** The path of the main file, as shown to people. */
  readonly mainPath: string;
  /** Whether a path named by `file("…")` or `dir("…")` exists, as seen from where `mainPath` is; undefined where nobody can tell. */
  readonly pathExists?: (path: string, kind: "file" | "dir") => boolean | undefined;
}

/** Local names, innermost first. */
export interface Scope {
  readonly parent?: Scope | undefined;
  readonly names: Map<string, LocalSymbol>;
  /** Types learnt from a test against null, by path (`x`, `x.y`), valid in this scope. */
  readonly narrowed: ReadonlyMap<string, Type>;
  /** The place of a `let` of this block further down, for a better message. */
  readonly later?: ((name: string) => Span | undefined) | undefined;
  /** In `finally`: the place of a `let` of the pipeline's own block, which `finally` does not see. */
  readonly outside?: ((name: string) => Span | undefined) | undefined;
  /** Why task calls and maps are not allowed here, if they are not. */
  readonly noCalls?: "for" | "task" | "constant" | "short-circuit" | "clause" | undefined;
}

const NOTHING_NARROWED: ReadonlyMap<string, Type> = new Map();

export function createScope(
  parent?: Scope,
  extra: Partial<Pick<Scope, "narrowed" | "noCalls" | "later" | "outside">> = {},
): Scope {
  return {
    parent,
    names: new Map(),
    narrowed: extra.narrowed ?? NOTHING_NARROWED,
    later: extra.later ?? parent?.later,
    outside: extra.outside ?? parent?.outside,
    noCalls: extra.noCalls ?? parent?.noCalls,
  };
}

export function findLocal(scope: Scope, name: string): LocalSymbol | undefined {
  for (let at: Scope | undefined = scope; at; at = at.parent) {
    const symbol = at.names.get(name);
    if (symbol) return symbol;
  }
  return undefined;
}

/** All local names in reach, innermost first. */
export function localNames(scope: Scope): string[] {
  const names: string[] = [];
  for (let at: Scope | undefined = scope; at; at = at.parent) names.push(...at.names.keys());
  return names;
}

// What every check is handed: the module it stands in, the facts gathered so far, and where to report. Scopes are chains of local names.
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Type } from "../types/type.ts";
import type { Facts, LocalSymbol, Module } from "./program.ts";

export interface CheckContext {
  readonly module: Module;
  readonly facts: Facts;
  readonly report: (diagnostic: Diagnostic) => void;
  /** Whether a path named by `file("…")` or `dir("…")` exists; undefined where nobody can tell (no file system at hand). */
  readonly pathExists?: (path: string, kind: "file" | "dir") => boolean | undefined;
}

/** Local names, innermost first. */
export interface Scope {
  readonly parent?: Scope;
  readonly names: Map<string, LocalSymbol>;
  /** Types learnt from a test against null, by path (`x`, `x.y`), valid in this scope. */
  readonly narrowed: ReadonlyMap<string, Type>;
  /** Why task calls and maps are not allowed here, if they are not. */
  readonly noCalls?: "for" | "task" | "constant" | "short-circuit" | "clause";
}

const NOTHING_NARROWED: ReadonlyMap<string, Type> = new Map();

export function createScope(parent?: Scope, extra: Partial<Pick<Scope, "narrowed" | "noCalls">> = {}): Scope {
  const noCalls = extra.noCalls ?? parent?.noCalls;
  return {
    ...(parent && { parent }),
    names: new Map(),
    narrowed: extra.narrowed ?? NOTHING_NARROWED,
    ...(noCalls && { noCalls }),
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

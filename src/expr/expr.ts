// Residual expressions: what is left of the user's expressions after checking, as plain JSON in the plan. Every name is resolved, every
// conversion to text carries the type it converts, everything that can fail at run time carries its place (`at`, "file:line:column"). Task
// calls, maps and branches with task calls are not expressions: they are plan nodes, and an expression refers to their results by name.
import type { Type } from "../types/type.ts";
import type { Value } from "../types/value.ts";

/** Whose arithmetic it is: decides overflow, and what a result may be. */
export type NumberKind = "int" | "float" | "size" | "duration";

export type Expr =
  | { readonly op: "literal"; readonly value: Value }
  /** A parameter, a node's result, a lane's item or index, a `for` or `let` variable: names never shadow each other within a pipeline. */
  | { readonly op: "ref"; readonly name: string }
  /** `value.name`; with `optional`, null when the value is null. A missing optional field reads as null. */
  | { readonly op: "field"; readonly value: Expr; readonly name: string; readonly optional?: true }
  /** `value[index]`: null beyond the end; a negative index fails. */
  | { readonly op: "index"; readonly value: Expr; readonly index: Expr; readonly at: string }
  | { readonly op: "record"; readonly entries: readonly ExprEntry[] }
  | { readonly op: "list"; readonly items: readonly ExprItem[] }
  | { readonly op: "not"; readonly value: Expr }
  | { readonly op: "negate"; readonly value: Expr; readonly kind: NumberKind; readonly at: string }
  /** `kind`: of the result. Int / Int is a float. */
  | {
      readonly op: "arithmetic";
      readonly operator: "+" | "-" | "*" | "/" | "%";
      readonly left: Expr;
      readonly right: Expr;
      readonly kind: NumberKind;
      readonly at: string;
    }
  /** Deep equality; order of numbers, and of strings by their UTF-8 bytes (see `compare.ts`); `in` looks for an item of a list. */
  | {
      readonly op: "compare";
      readonly operator: "==" | "!=" | "<" | "<=" | ">" | ">=" | "in";
      readonly left: Expr;
      readonly right: Expr;
    }
  /** The right side is evaluated only when it decides. */
  | { readonly op: "and" | "or" | "coalesce"; readonly left: Expr; readonly right: Expr }
  | { readonly op: "if"; readonly test: Expr; readonly then: Expr; readonly else: Expr }
  /** Bindings see the earlier ones. */
  | { readonly op: "let"; readonly bindings: readonly ExprBinding[]; readonly body: Expr }
  /** `by`: sorted stably by it, nulls last in both directions, before `take`. `index` counts after `where`. */
  | {
      readonly op: "for";
      readonly item: string;
      readonly index?: string;
      readonly source: Expr;
      readonly where?: Expr;
      readonly by?: Expr;
      readonly descending?: true;
      readonly take?: Expr;
      readonly value: Expr;
      readonly at: string;
    }
  /** An interpolated string. */
  | { readonly op: "text"; readonly parts: readonly (string | { readonly value: Expr; readonly type: Type })[] }
  /** A built-in function; `types` are those of the arguments, for functions that turn values into text. */
  | {
      readonly op: "call";
      readonly function: string;
      readonly arguments: readonly Expr[];
      readonly types: readonly Type[];
      readonly at: string;
    };

export type ExprEntry = { readonly name: string; readonly value: Expr } | { readonly spread: Expr };
export type ExprItem = { readonly value: Expr } | { readonly spread: Expr };

export interface ExprBinding {
  readonly name: string;
  readonly value: Expr;
}

/** Where an expression finds the values of its names. Undefined is our bug, not the user's: the checker has resolved every name. */
export type Lookup = (name: string) => Value | undefined;

/** An evaluation that failed: the sentence and the place. */
export interface EvaluationFailure {
  readonly message: string;
  /** "file:line:column". */
  readonly at: string;
}

export type Evaluated =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: EvaluationFailure };

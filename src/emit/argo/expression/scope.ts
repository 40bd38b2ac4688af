// What a translation takes and gives.
import type { Type } from "../../../types/type.ts";

/** What stands for a name: the expr-lang text of its decoded value, such as `fromJSON(inputs.parameters['e'])`, and its type. */
export interface ArgoName {
  readonly text: string;
  readonly type: Type;
}

/** Undefined is our bug: the checker has resolved every name. */
export type ArgoScope = (name: string) => ArgoName | undefined;

/** Why Argo cannot keep the meaning of an expression. */
export interface ArgoRefusal {
  /** What in the expression it is, as the user knows it. */
  readonly construct: string;
  /** "file:line:column", where the expression says. */
  readonly at: string | undefined;
  /** A clause: what Argo would do. */
  readonly reason: string;
  /** A sentence: what to write. */
  readonly instead: string;
}

export type Translated =
  | { readonly ok: true; readonly text: string; readonly type: Type }
  | { readonly ok: false; readonly refusal: ArgoRefusal };

/** An expression translated: its text is one operand (a call, a name, something in brackets). */
export interface Code {
  readonly text: string;
  readonly type: Type;
  /** Whether expr-lang may take it for a text although it may be nil: then `==` would fail on nil. */
  readonly risky: boolean;
}

/** How a translation ends early: a private signal, thrown by `refuse` and caught by `translate`. */
export class RefusalSignal {
  readonly refusal: ArgoRefusal;
  constructor(refusal: ArgoRefusal) {
    this.refusal = refusal;
  }
}

/** Ends the translation under way. */
export function refuse(refusal: ArgoRefusal): never {
  throw new RefusalSignal(refusal);
}

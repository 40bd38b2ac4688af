// How an evaluation ends early: a private signal, thrown by `fail` and caught by `evaluate`, which never throws on user
// input.
import type { EvaluationFailure } from "./expr.ts";

export class EvaluationSignal {
  readonly failure: EvaluationFailure;
  constructor(failure: EvaluationFailure) {
    this.failure = failure;
  }
}

/** Ends the evaluation under way with this sentence; `at` is "file:line:column". */
export function fail(message: string, at: string): never {
  throw new EvaluationSignal({ message, at });
}

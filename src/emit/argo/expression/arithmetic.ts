// Guards around calculations, as expr-lang text: what overflows fails there too, with the same sentence.
import type { NumberKind } from "../../../expr/expr.ts";
import { printNumber, quoteText } from "./literal.ts";

const RANGES = {
  int: "the result is outside the range of an Int: ±(2^53−1)",
  size: "the result is outside the range of a Size: ±(2^53−1) bytes",
  duration: "the result is outside the range of a Duration: ±(2^53−1) milliseconds",
  float: "the result is too large for a Float",
} as const;

/** Ends the evaluation with a sentence. */
export function failing(message: string, at: string): string {
  return `sprig.fail(${quoteText(`${at}: ${message}`)})`;
}

/** A computed number as a value of its kind; `+ 0.0` makes `-0` a 0. */
export function checked(text: string, kind: NumberKind, at: string, division = false): string {
  const most = printNumber(kind === "float" ? Number.MAX_VALUE : Number.MAX_SAFE_INTEGER);
  const problem = division ? `division by zero, or ${RANGES[kind]}` : RANGES[kind];
  const value = kind === "size" || kind === "duration" ? `round(${text})` : text;
  return `map([${value}], abs(#) <= ${most} ? # + 0.0 : ${failing(problem, at)})[0]`;
}

/** An index as expr-lang takes it. */
export function wholeIndex(text: string, at: string): string {
  return atLeast(text, 0, failing("the index is below zero", at));
}

/** A whole number as expr-lang's own, when it is at least so much. */
export function atLeast(text: string, least: number, otherwise: string): string {
  return `map([${text}], # >= ${printNumber(least)} ? int(#) : ${otherwise})[0]`;
}

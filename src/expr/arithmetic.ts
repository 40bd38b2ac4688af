// The arithmetic of the language: what overflows, what is rounded, what fails. Int, Size and Duration are whole numbers
// within ±(2^53−1).
import type { Value } from "../types/value.ts";
import type { NumberKind } from "./expr.ts";
import { fail } from "./failure.ts";

/**
 * `left operator right`, where `kind` is the result's. Int / Int is a Float. `%` has the sign of the left side, as in
 * Go and ECMAScript. A Size or Duration times or divided by a number is rounded to the nearest whole byte or
 * millisecond, halves away from zero.
 */
export function arithmetic(
  operator: "+" | "-" | "*" | "/" | "%",
  left: Value,
  right: Value,
  kind: NumberKind,
  at: string,
): Value {
  const a = left as number;
  const b = right as number;
  if (b === 0 && (operator === "/" || operator === "%")) fail("division by zero", at);
  const result =
    operator === "+" ? a + b : operator === "-" ? a - b : operator === "*" ? a * b : operator === "/" ? a / b : a % b;
  return toKind(result, kind, (message) => fail(message, at));
}

/** The negative of a number; never `-0`. */
export function negate(value: number): number {
  return 0 - value;
}

/** A computed number as a value of its kind: whole where it must be, never `-0`; reports what does not fit. */
export function toKind(result: number, kind: NumberKind, report: (message: string) => never): number {
  if (kind === "float") return Number.isFinite(result) ? result + 0 : report("the result is too large for a Float");
  const whole = roundAway(result);
  return Number.isSafeInteger(whole) ? whole : report(`the result is outside the range of ${RANGES[kind]}`);
}

const RANGES = {
  int: "an Int: ±(2^53−1)",
  size: "a Size: ±(2^53−1) bytes",
  duration: "a Duration: ±(2^53−1) milliseconds",
} as const;

/** The nearest whole number, halves away from zero; never `-0`. */
export function roundAway(value: number): number {
  const down = Math.trunc(value);
  return (Math.abs(value - down) < 0.5 ? down : down + Math.sign(value)) + 0;
}

// Amounts as Kubernetes spells them itself, so that what is read back equals what was written.
import { printSize } from "../types/quantity.ts";

/** Cores, rounded up to thousandths: `4`, `500m`. */
export function printCores(cores: number): string {
  // The product of the doubles may lie just above a whole number.
  const thousandths = Math.max(1, Math.ceil(cores * 1000 - 1e-6));
  return thousandths % 1000 === 0 ? String(thousandths / 1000) : `${thousandths}m`;
}

/** Bytes: `16Gi`, `1500M`, `4097`. */
export function printBytes(bytes: number): string {
  return printSize(Math.ceil(bytes));
}

/** The longest deadline of a pod, 68 years, in seconds. */
const LONGEST_DEADLINE = 2 ** 31 - 1;

/** Whole seconds, rounded up, of milliseconds; at least 1, at most what a deadline may be. */
export function wholeSeconds(milliseconds: number): number {
  return Math.min(LONGEST_DEADLINE, Math.max(1, Math.ceil(milliseconds / 1000)));
}

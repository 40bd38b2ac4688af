// Terminal columns of a code point: 0 for marks that combine with the one before, 2 for wide East Asian characters and emoji, else 1.
import { eastAsianWidth } from "get-east-asian-width";

const COMBINING = /^[\p{Mn}\p{Me}\p{Cf}]$/u;

/** Columns that a printable code point takes on a terminal: 0, 1 or 2. */
export function displayWidth(codePoint: number): number {
  if (codePoint < 0x300) return 1;
  return COMBINING.test(String.fromCodePoint(codePoint)) ? 0 : eastAsianWidth(codePoint);
}

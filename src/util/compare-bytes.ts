/** The order of two strings by their UTF-8 bytes, which is the order of their code points: below, at or above 0. */
export function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  if (at === length) return a.length - b.length;
  // A difference inside a surrogate pair is a difference of the whole code point.
  if (at > 0 && isHighSurrogate(a.charCodeAt(at - 1))) at--;
  return a.codePointAt(at)! - b.codePointAt(at)! || a.codePointAt(at + 1)! - b.codePointAt(at + 1)!;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

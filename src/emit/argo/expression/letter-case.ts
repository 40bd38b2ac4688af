// `lower` and `upper`. Go changes letters one by one, by tables of Unicode 15; ECMAScript knows letters that become several (`ß`, `İ`), a
// `Σ` at the end of a word, and newer tables. A text with one of those letters fails rather than come out differently.

const DIFFERENT = {
  lower: [[0x130], [0x3a3], [0x1c89], [0xa7cb, 0xa7dc], [0x10d50, 0x10d65], [0x16ea0, 0x16eb8]],
  upper: [
    [0xdf],
    [0x149],
    [0x19b],
    [0x1f0],
    [0x264],
    [0x390],
    [0x3b0],
    [0x587],
    [0x1c8a],
    [0x1e96, 0x1e9a],
    [0x1f50, 0x1f56],
    [0x1f80, 0x1ffc],
    [0xa7cd, 0xa7db],
    [0xfb00, 0xfb17],
    [0x10d70, 0x10d85],
    [0x16ebb, 0x16ed3],
  ],
} as const;

/** The text in lower or upper case; `fail` makes the term that ends the evaluation. */
export function changeCase(to: "lower" | "upper", text: string, fail: (message: string) => string): string {
  const letters = DIFFERENT[to]
    .map((range) => range.map((letter) => `\\\\x{${letter.toString(16)}}`).join("-"))
    .join("");
  const problem = fail(`\`${to}\` on Argo does not know all letters of this text`);
  return `map([${text}], # matches "[${letters}]" ? ${problem} : ${to}(#))[0]`;
}

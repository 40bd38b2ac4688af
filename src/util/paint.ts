// ANSI styles of the few kinds of text that are set apart on a terminal.
const STYLES = {
  error: "1;31",
  warning: "1;33",
  strong: "1",
  place: "1;34",
  good: "1;32",
  hint: "36",
  faint: "2",
} as const;

export type Style = keyof typeof STYLES;

/** The text in a style, or as it is without colours. */
export function paint(text: string, style: Style, color: boolean): string {
  return color && text !== "" ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text;
}

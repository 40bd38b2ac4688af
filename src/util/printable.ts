// Text from users and programs may hold characters that act on a terminal; what is shown has a visible character in their place.
const ACTING = /(?![\t\n])[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** The text with a visible character for each that would act on a terminal; tabs and line breaks stay. */
export function printable(text: string): string {
  return text.replace(ACTING, (found) => {
    const code = found.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? "\u2421" : "\ufffd";
  });
}

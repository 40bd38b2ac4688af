// Text from users and programs may hold characters that act on a terminal; what is shown has a visible character in their place.
const ACTING = /(?![\t\n])[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** The text with a visible character for each that would act on a terminal; tabs and line breaks stay. */
export function printable(text: string): string {
  if (isPlain(text)) return text;
  return text.replace(ACTING, (found) => {
    const code = found.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? "\u2421" : "\ufffd";
  });
}

// Nearly every text has no such character: looking for one is faster by far than replacing, which matters for the plan of a large program.
function isPlain(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x20 && code < 0x7f) continue;
    const isBlank = code === 0x09 || code === 0x0a;
    const mayAct = code < 0xa0 || code === 0x61c || (code >= 0x200e && code <= 0x2069) || code >= 0xd800;
    if (mayAct && !isBlank) return false;
  }
  return true;
}

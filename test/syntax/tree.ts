import { readdirSync, readFileSync } from "node:fs";
import { parse } from "../../src/syntax/parse.ts";
import { createSourceFile } from "../../src/text/source-file.ts";

const folder = new URL("./programs/", import.meta.url);

/** Programs without errors, by name. */
export const programs: readonly (readonly [name: string, text: string])[] = readdirSync(folder).map(
  (name) => [name, readFileSync(new URL(name, folder), "utf8")] as const,
);

export function parseText(text: string) {
  return parse(createSourceFile(0, "main.pipe", text));
}

export function codesOf(text: string): string[] {
  return parseText(text).diagnostics.map(({ code }) => code);
}

/** A tree without its spans and ids, for comparison. */
export function withoutSpans(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSpans);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => key !== "span" && key !== "operatorSpan" && key !== "id");
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutSpans(item)]));
}

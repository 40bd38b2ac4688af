// Places of a plan, "file:line:column", back in the sources they come from.
import type { SourceFile } from "../text/source-file.ts";
import type { Span } from "../text/span.ts";
import { relativeToFile } from "../util/relative-path.ts";

/** Finds the word at a place; an empty span of no file where the place is none of these sources. The first source is the main file. */
export function placeFinder(sources: readonly SourceFile[]): (place: string) => Span {
  const main = sources[0]?.path ?? "";
  const byPath = new Map(sources.map((source) => [relativeToFile(main, source.path), source]));
  return (place) => {
    const [, path, line, column] = /^(.*):(\d+):(\d+)$/s.exec(place) ?? [];
    const source = byPath.get(path ?? "");
    const begin = source?.lineStarts[Number(line) - 1];
    if (!source || begin === undefined) return { file: -1, start: 0, end: 0 };
    const start = begin + Number(column) - 1;
    const word = /^[\p{L}\p{N}_]+/u.exec(source.text.slice(start, start + 200))?.[0] ?? "";
    return { file: source.id, start, end: start + Math.max(1, word.length) };
  };
}

// Paths in a plan are relative to the main file's folder, so that a plan is the same wherever the sources lie.
import { folderOf, relativePath as relativeTo } from "../util/relative-path.ts";

/** `path` as seen from the folder of the file `main`, with `/`; both as shown to people. Where the texts do not tell the way, `path` itself. */
export function relativePath(main: string, path: string): string {
  // An absolute and a relative path have nothing in common, and from above the place where people stand no way down is known.
  if (isAbsolute(main) !== isAbsolute(path) || stepsUp(main) > stepsUp(path)) return path;
  return relativeTo(folderOf(main), path);
}

function isAbsolute(path: string): boolean {
  return path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path);
}

function stepsUp(path: string): number {
  const parts = path.split("/");
  const down = parts.findIndex((part) => part !== "..");
  return down < 0 ? parts.length : down;
}

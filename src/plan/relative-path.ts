// Paths in a plan are relative to the main file's folder, so that a plan is the same wherever the sources lie.
import { folderOf, relativePath as relativeTo } from "../util/relative-path.ts";

/** `path` as seen from the folder of the file `main`, with `/`; both as shown to people. An absolute and a relative path have nothing in common. */
export function relativePath(main: string, path: string): string {
  if (isAbsolute(main) !== isAbsolute(path)) return path;
  const relative = relativeTo(folderOf(main), path);
  // From above the place where people stand there is no way down that the texts would tell.
  return /^(\.\.\/)*\.\.\//.test(relative) && folderOf(main).startsWith("..") && !path.startsWith("..") ? path : relative;
}

function isAbsolute(path: string): boolean {
  return path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path);
}

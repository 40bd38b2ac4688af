/** `path` as seen from the folder `from`; both with `/`, both relative to one place or both absolute. */
export function relativePath(from: string, path: string): string {
  const a = split(from);
  const b = split(path);
  let common = 0;
  while (common < a.length && common < b.length && a[common] === b[common]) common++;
  const parts = [...a.slice(common).map(() => ".."), ...b.slice(common)];
  return parts.length === 0 ? "." : parts.join("/");
}

/**
 * `path` as seen from the folder of the file `main`, with `/`; both as shown to people. Where the texts do not tell the way, `path` itself: an
 * absolute and a relative path have nothing in common, and from above the place where people stand no way down is known.
 */
export function relativeToFile(main: string, path: string): string {
  if (isAbsolute(main) !== isAbsolute(path) || stepsUp(main) > stepsUp(path)) return path;
  return relativePath(folderOf(main), path);
}

function isAbsolute(path: string): boolean {
  return path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path);
}

function stepsUp(path: string): number {
  const parts = path.split("/");
  const down = parts.findIndex((part) => part !== "..");
  return down < 0 ? parts.length : down;
}

/** A path below a folder, `.` and `..` resolved where they can be; an absolute path stays. */
export function joinPath(folder: string, path: string): string {
  if (path.startsWith("/")) return `/${split(path).join("/")}`;
  const parts = split(`${folder}/${path}`);
  const joined = parts.join("/");
  return folder.startsWith("/") ? `/${joined}` : joined || ".";
}

/** Everything before the last `/`; "." for a bare name. */
export function folderOf(path: string): string {
  const at = path.lastIndexOf("/");
  return at < 0 ? "." : at === 0 ? "/" : path.slice(0, at);
}

function split(path: string): string[] {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else parts.push(part);
  }
  return parts;
}

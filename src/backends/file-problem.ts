// File errors as typed results in plain words: what we were doing, to which path, why it did not work, and what helps.

/** A value, or the sentence that says why there is none; `code` is the system's (`ENOENT` …) where it was a file error. */
export type FileResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string; readonly code?: string };

const REASONS: Record<string, string> = {
  ENOENT: "it does not exist",
  ENOTDIR: "a part of the path is a file, not a folder",
  EISDIR: "it is a folder",
  EACCES: "permission denied",
  EPERM: "not permitted",
  EROFS: "the file system is read-only",
  ENOSPC: "no space is left on the disk",
  EDQUOT: "the disk quota is used up",
  EFBIG: "it would become larger than the system allows",
  EIO: "the disk reported an input/output error",
  EMFILE: "too many files are open in this process (see `ulimit -n`)",
  ENFILE: "too many files are open on this machine",
  EEXIST: "it exists already",
  ELOOP: "its symbolic links go in a circle",
  ENAMETOOLONG: "the path is too long",
  EBUSY: "it is in use",
  ENOTEMPTY: "the folder is not empty",
};

/** The system's code of a thrown file error, or undefined when it is not one. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Why a file operation failed, in a few words: "it does not exist". */
export function reasonOf(error: unknown): string {
  const code = errorCode(error);
  if (code === undefined) return String(error);
  return Object.hasOwn(REASONS, code) ? (REASONS[code] ?? code) : `system error ${code}`;
}

/** One sentence: "cannot write `/x/y`: no space is left on the disk". `doing` is a verb with its object, such as "write". */
export function describeFileError(error: unknown, doing: string, path: string): string {
  return `cannot ${doing} \`${path}\`: ${reasonOf(error)}`;
}

/** Runs a file operation and turns its error into a result. An error without a system code is our bug and stays thrown. */
export function tryFile<T>(doing: string, path: string, operation: () => T): FileResult<T> {
  try {
    return { ok: true, value: operation() };
  } catch (error) {
    return fileFailure(error, doing, path);
  }
}

/** The failed result of a thrown file error. */
export function fileFailure(error: unknown, doing: string, path: string): { ok: false; message: string; code: string } {
  const code = errorCode(error);
  if (code === undefined) throw error;
  return { ok: false, message: describeFileError(error, doing, path), code };
}

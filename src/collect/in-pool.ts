// Many operations, a few at a time.
import type { FileResult } from "../backends/file-problem.ts";

/** Runs the operation for each item, at most `width` at once; the first failure ends it, what has begun is waited for. */
export async function inPool<T>(
  items: readonly T[],
  width: number,
  operation: (item: T) => Promise<FileResult<unknown>>,
): Promise<FileResult<null>> {
  let next = 0;
  let failure: (FileResult<never> & { readonly ok: false }) | undefined;
  const work = async (): Promise<void> => {
    while (failure === undefined && next < items.length) {
      const done = await operation(items[next++]!);
      if (!done.ok) failure ??= done;
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, work));
  return failure ?? { ok: true, value: null };
}

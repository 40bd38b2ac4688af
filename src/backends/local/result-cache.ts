// Results kept for later runs (`cache` in a task): `<root>/.sluice/cache/<key>.json`, and beside it a folder with copies of the files the
// result names, so that an entry outlives the run that made it. The key covers the task's text, image, env, output types, the cache's
// version, and the inputs with files taken by their content. Entries appear whole; one that cannot be used is passed over with a warning.
import * as fs from "node:fs";
import * as path from "node:path";
import type { Plan, PlanTask } from "../../plan/plan.ts";
import { JSON_FILE_SCHEME, type RecordValue, type Value } from "../../types/value.ts";
import { cacheKey } from "../cache-key.ts";
import { type FileResult, fileFailure } from "../file-problem.ts";
import { restoreValue } from "../journal-format.ts";
import { resultType } from "../output-form.ts";
import { mapReferences, schemeOf } from "../references.ts";
import type { ContentHasher } from "./content-hash.ts";
import { locate } from "./stage.ts";

const CACHE_FORMAT = 1;

export interface CachedResult {
  readonly value: Value;
  /** The run that made it. */
  readonly run: string;
}

export interface ResultCache {
  /** Undefined when the inputs cannot be read; the attempt will then say so itself. */
  keyOf(task: PlanTask, parameters: RecordValue): Promise<string | undefined>;
  /** `warning` is set when there is an entry that cannot be used. */
  find(task: PlanTask, key: string): { readonly found?: CachedResult; readonly warning?: string };
  /** Keeps a result; the failure is for a warning, the attempt stays good. */
  keep(task: PlanTask, key: string, value: Value): Promise<FileResult<null>>;
}

export interface ResultCacheOptions {
  readonly plan: Plan;
  readonly run: string;
  /** The folder of the cache; made when the first result is kept. */
  readonly folder: string;
  /** Where relative input paths are looked up. */
  readonly inputs: string;
  readonly hash: ContentHasher;
}

interface CacheEntry {
  readonly format: number;
  readonly run: string;
  readonly value: Value;
  /** Name of the folder beside the entry that paths in the value are relative to; null when it names no files. */
  readonly files: string | null;
}

/** The cache of a project as one run uses it. */
export function openResultCache(options: ResultCacheOptions): ResultCache {
  const { folder } = options;
  const entryFile = (key: string): string => path.join(folder, `${key}.json`);
  let kept = 0;
  /** Keys of entries that were found and could not be used. */
  const replaced = new Set<string>();

  return {
    keyOf: (task, parameters) =>
      cacheKey(options.plan, task, parameters, async (reference, kind) => {
        const located = reference.startsWith(JSON_FILE_SCHEME)
          ? { ok: true as const, value: reference }
          : locate(reference, kind, options.inputs);
        return located.ok ? options.hash(located.value) : located;
      }),

    find,

    keep: async (task, key, value) => {
      const files: { readonly from: string; readonly name: string }[] = [];
      const names = new Map<string, string>();
      const mapped = mapReferences(value, resultType(task), (reference) => {
        if (schemeOf(reference) !== undefined) return { ok: true, value: reference };
        let name = names.get(reference);
        if (name === undefined) {
          // The last part keeps its name: programs look at it.
          name = `${names.size + 1}/${path.basename(reference)}`;
          names.set(reference, name);
          files.push({ from: reference, name });
        }
        return { ok: true, value: name };
      });
      if (!mapped.ok) return mapped;
      // Another run was faster, and its files may be in use.
      if (find(task, key).found !== undefined) return { ok: true, value: null };
      const name = `${key}-${options.run}-${++kept}`;
      const aside = path.join(folder, `.new-${name}`);
      const entry: CacheEntry = {
        format: CACHE_FORMAT,
        run: options.run,
        value: mapped.value,
        files: files.length > 0 ? `${name}.files` : null,
      };
      try {
        await fs.promises.mkdir(folder, { recursive: true });
        if (entry.files !== null) {
          for (const { from, name } of files) {
            await fs.promises.mkdir(path.dirname(path.join(aside, name)), { recursive: true });
            await fs.promises.cp(from, path.join(aside, name), {
              recursive: true,
              mode: fs.constants.COPYFILE_FICLONE,
              dereference: true,
            });
          }
          await fs.promises.rename(aside, path.join(folder, entry.files));
        }
        await fs.promises.writeFile(`${aside}.json`, `${JSON.stringify(entry)}\n`);
        await fs.promises.rename(`${aside}.json`, entryFile(key));
        await removeReplaced(key, entry.files);
        return { ok: true, value: null };
      } catch (error) {
        await fs.promises.rm(aside, { recursive: true, force: true });
        await fs.promises.rm(`${aside}.json`, { force: true });
        return fileFailure(error, "keep the result in the cache", entryFile(key));
      }
    },
  };

  /** Files of entries with this key that could not be used. */
  async function removeReplaced(key: string, files: string | null): Promise<void> {
    if (!replaced.delete(key)) return;
    for (const name of await fs.promises.readdir(folder)) {
      if (name.startsWith(`${key}-`) && name.endsWith(".files") && name !== files)
        await fs.promises.rm(path.join(folder, name), { recursive: true, force: true });
    }
  }

  function find(task: PlanTask, key: string): { readonly found?: CachedResult; readonly warning?: string } {
    const file = entryFile(key);
    let text: string;
    try {
      text = fs.readFileSync(file, "utf8");
    } catch (error) {
      const failure = fileFailure(error, "read the cache entry", file);
      return failure.code === "ENOENT" ? {} : { warning: `${failure.message}; the task runs again` };
    }
    replaced.add(key);
    const entry = parseEntry(text);
    if (entry === undefined) return { warning: `the cache entry \`${file}\` is damaged; the task runs again` };
    if (entry.format !== CACHE_FORMAT) return {};
    const placed = mapReferences(restoreValue(entry.value), resultType(task), (reference, kind) =>
      schemeOf(reference) === undefined
        ? locate(reference, kind, path.join(folder, entry.files ?? ""))
        : { ok: true, value: reference },
    );
    if (!placed.ok) return { warning: `the cache entry \`${file}\` has lost a file; the task runs again` };
    replaced.delete(key);
    touch(file);
    return { found: { value: placed.value, run: entry.run } };
  }
}

/** Its time says when it was last used. */
function touch(file: string): void {
  const now = new Date();
  try {
    fs.utimesSync(file, now, now);
  } catch {
    // A cache of another user is good for reading all the same.
  }
}

function parseEntry(text: string): CacheEntry | undefined {
  try {
    const entry = JSON.parse(text) as CacheEntry | null;
    return typeof entry === "object" && entry !== null && typeof entry.run === "string" && "value" in entry
      ? entry
      : undefined;
  } catch {
    return undefined;
  }
}

// The golden cases: folders below `golden/`, each with a `main.pipe` and what the commands say of it. Here lives what should stand in their
// files; `test/golden.test.ts` compares, `scripts/update-goldens.ts` writes.
import { readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { createProgramHost } from "../../src/cli/host.ts";
import { compile } from "../../src/compiler.ts";
import { runInProcess } from "./in-process.ts";

export const GOLDEN_ROOT = fileURLToPath(new URL("../../golden/", import.meta.url));

/** `ok`: programs without a complaint, with their plan. `err`: mistakes, with what `sluice check` prints. */
export const GOLDEN_KINDS = ["ok", "err"] as const;
export type GoldenKind = (typeof GOLDEN_KINDS)[number];

export interface GoldenCase {
  readonly kind: GoldenKind;
  /** `err/unknown-task`. */
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
}

/** The file each kind of case is compared with. */
export const GOLDEN_FILES: Readonly<Record<GoldenKind, string>> = { ok: "plan.txt", err: "diagnostics.txt" };

/** All cases, sorted by name. */
export function findGoldenCases(): GoldenCase[] {
  return GOLDEN_KINDS.flatMap((kind) =>
    readdirSync(join(GOLDEN_ROOT, kind))
      .sort()
      .map((name) => ({ kind, name: `${kind}/${name}`, folder: join(GOLDEN_ROOT, kind, name) })),
  );
}

/** What the case's file should hold. */
export async function renderGolden({ kind, folder }: GoldenCase): Promise<string> {
  if (kind === "err") return (await runInProcess(["check", "main.pipe"], folder)).stderr;
  const { code, stdout, stderr } = await runInProcess(["plan", "main.pipe"], folder);
  return code === 0 ? stdout : stderr;
}

/** Files of a case that nothing reads: neither a source of its program nor the file it is compared with. Relative, with `/`. */
export function findOrphans({ kind, folder }: GoldenCase): string[] {
  const { sources } = compile("main.pipe", createProgramHost(folder));
  const known = new Set([...sources.map((source) => source.path), GOLDEN_FILES[kind]]);
  return listFiles(folder).filter((file) => !known.has(file));
}

/** All files of a folder, relative, with `/`, sorted. */
export function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

// The golden cases: folders below `golden/`, each with a `main.pipe` and what the commands say of it. Here lives what should stand in their
// files; `test/golden.test.ts` compares, `scripts/update-goldens.ts` writes.
import { existsSync, readdirSync } from "node:fs";
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

/** The files each kind of case is compared with. */
export const GOLDEN_FILES: Readonly<Record<GoldenKind, readonly string[]>> = {
  ok: ["plan.txt", "jobs.yaml", "argo.yaml"],
  err: ["diagnostics.txt"],
};

/** Files of a case that commands read besides its program. */
const PARAMETERS = "params.yaml";
const SETTINGS = "sluice.yaml";
/** The folder with what programs name as Files. */
const DATA = "data/";

/** All cases, sorted by name. */
export function findGoldenCases(): GoldenCase[] {
  return GOLDEN_KINDS.flatMap((kind) =>
    readdirSync(join(GOLDEN_ROOT, kind))
      .sort()
      .map((name) => ({ kind, name: `${kind}/${name}`, folder: join(GOLDEN_ROOT, kind, name) })),
  );
}

/** What a file of the case should hold. Mistakes whose case begins with `jobs-` or `argo-` are those of compiling for a target. */
export async function renderGolden({ kind, name, folder }: GoldenCase, file: string): Promise<string> {
  if (kind === "err") {
    const target = /^err\/(jobs|argo)-/.exec(name)?.[1];
    const command = target === undefined ? ["check", "main.pipe"] : compileCommand(folder, target);
    return (await runInProcess(command, folder)).stderr;
  }
  const command = file === "plan.txt" ? ["plan", "main.pipe"] : compileCommand(folder, file.replace(".yaml", ""));
  const { code, stdout, stderr } = await runInProcess(command, folder);
  return code === 0 ? stdout : stderr;
}

/** The command line that compiles a case for Jobs. */
export function jobsCommand(folder: string): string[] {
  return compileCommand(folder, "jobs");
}

/** The command line that compiles a case for a target. */
export function compileCommand(folder: string, target: string): string[] {
  const parameters = existsSync(join(folder, PARAMETERS)) ? ["--params", PARAMETERS] : [];
  return ["compile", "--target", target, ...parameters, "main.pipe"];
}

/** Files of a case that nothing reads: neither a source of its program nor a file it is compared with. Relative, with `/`. */
export function findOrphans({ kind, folder }: GoldenCase): string[] {
  const { sources } = compile("main.pipe", createProgramHost(folder));
  const known = new Set([...sources.map((source) => source.path), ...GOLDEN_FILES[kind], PARAMETERS, SETTINGS]);
  return listFiles(folder).filter((file) => !known.has(file) && !file.startsWith(DATA));
}

/** All files of a folder, relative, with `/`, sorted. */
export function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

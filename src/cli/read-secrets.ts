// The secrets a plan needs, found before anything starts.
import { findSecrets } from "../backends/local/secrets.ts";
import { readSecretsFile } from "../config/secrets-file.ts";
import { config } from "../diagnostics/catalog/config.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { SourcedDiagnostics } from "../diagnostics/merge.ts";
import type { Plan } from "../plan/plan.ts";
import { createSourceFile, type SourceFile } from "../text/source-file.ts";
import type { Span } from "../text/span.ts";
import { readSource, toShown } from "./host.ts";
import type { Io } from "./io.ts";

const diagnostic = bindDiagnostics(config);

export interface SecretPlaces {
  /** Where each is declared, by name, as far as it is known. */
  readonly declared: ReadonlyMap<string, Span>;
  readonly sources: readonly SourceFile[];
}

/** The values by name, and a problem for each that has none. `file`: the absolute path of the profile's secrets file. */
export function readSecrets(
  plan: Plan,
  file: string | undefined,
  io: Io,
  places: SecretPlaces,
): { value: ReadonlyMap<string, string>; found: SourcedDiagnostics } {
  if (plan.secrets.length === 0) return { value: new Map(), found: { diagnostics: [], sources: [] } };
  const sources: SourceFile[] = [...places.sources];
  const diagnostics: Diagnostic[] = [];
  let fromFile: ReadonlyMap<string, string> = new Map();
  if (file !== undefined) {
    const read = readSource(file);
    const id = Math.max(-1, ...sources.map((source) => source.id)) + 1;
    // Shown without its text: a snippet would print a secret.
    sources.push(createSourceFile(id, toShown(io.cwd, file), ""));
    if (read.ok) {
      const { value, diagnostics: problems } = readSecretsFile(createSourceFile(id, file, read.text));
      fromFile = value;
      diagnostics.push(...problems);
    } else {
      diagnostics.push(
        diagnostic(
          "config-not-readable",
          { file: id, start: 0, end: 0 },
          { path: toShown(io.cwd, file), reason: read.reason },
        ),
      );
    }
  }
  const { values, missing } = findSecrets(plan, io.env, fromFile);
  const nowhere: Span = { file: -1, start: 0, end: 0 };
  for (const { name, variable } of missing) {
    const shown = file === undefined ? undefined : toShown(io.cwd, file);
    diagnostics.push(
      diagnostic(
        "missing-secret",
        places.declared.get(name) ?? nowhere,
        { name, variable, file: shown },
        { label: "declared here" },
      ),
    );
  }
  return { value: values, found: { diagnostics, sources } };
}

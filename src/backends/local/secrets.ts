// Secrets of a local run: looked up before anything starts, put only into the environment of the processes that ask for them, and taken out
// of every text of ours that quotes what a process wrote.
import type { Plan } from "../../plan/plan.ts";

export interface FoundSecrets {
  /** By name in the plan. */
  readonly values: ReadonlyMap<string, string>;
  /** Those without a value, with the environment variable that would give it. */
  readonly missing: readonly { readonly name: string; readonly variable: string }[];
}

/** The prefix of the variables that give secrets; they are kept from all processes. */
export const SECRET_PREFIX = "SLUICE_SECRET_";

/** Looks every secret of the plan up: `SLUICE_SECRET_HF_TOKEN` first, then the profile's secrets file. */
export function findSecrets(
  plan: Plan,
  environment: Readonly<Record<string, string | undefined>>,
  profile: ReadonlyMap<string, string> = new Map(),
): FoundSecrets {
  const values = new Map<string, string>();
  const missing: { name: string; variable: string }[] = [];
  for (const { name } of plan.secrets) {
    const variable = `${SECRET_PREFIX}${name.toUpperCase()}`;
    const value = environment[variable] ?? profile.get(name);
    if (value === undefined) missing.push({ name, variable });
    else values.set(name, value);
  }
  return { values, missing };
}

/** A function that replaces the secrets in a text by `***`, also single lines of one that has several. */
export function makeRedactor(secrets: ReadonlyMap<string, string>): (text: string) => string {
  const found = new Set<string>();
  for (const secret of secrets.values()) {
    found.add(secret);
    for (const line of secret.split(/\r?\n/)) if (line.length >= 8) found.add(line);
  }
  found.delete("");
  const longestFirst = [...found].sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const secret of longestFirst) clean = clean.replaceAll(secret, "***");
    return clean;
  };
}

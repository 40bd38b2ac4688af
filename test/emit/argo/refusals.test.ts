// Which cases of the conformance suite the compiler refuses for Argo, and what it says first: the table from which the documentation's is made.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ARGO_TABLE, casesForArgo } from "../../harness/argo-suite.ts";
import { type FoundCase, findCases } from "../../harness/conformance.ts";
import { runInProcess } from "../../harness/in-process.ts";

const settings = { default_profile: "test", profiles: { test: { kubernetes: { images: { default: "a/b:1" } } } } };

/** What `run --on argo` says of its own options. */
const OPTIONS: Readonly<Record<string, string>> = {
  "--fail-fast": "--fail-fast is not possible on Argo: it does not stop what runs when something else fails",
  "--strict": "--strict is not possible on Argo: it does not look for fields that outputs have beyond their type",
};

/** The first refusal; undefined when there is none. */
async function refusalOf({ folder, expected }: FoundCase): Promise<string | undefined> {
  const { options = [], steps = [] } = expected;
  const option = options.find((each) => each in OPTIONS);
  if (option !== undefined) return OPTIONS[option];
  const root = mkdtempSync(join(tmpdir(), "sluice-refusals-"));
  try {
    cpSync(folder, root, { recursive: true });
    if (!existsSync(join(root, "sluice.yaml"))) writeFileSync(join(root, "sluice.yaml"), JSON.stringify(settings));
    writeFileSync(join(root, "parameters.json"), JSON.stringify(expected.parameters ?? steps[0]?.parameters ?? {}));
    const given = options.filter((each, i) => each === "--pipeline" || options[i - 1] === "--pipeline");
    const command = ["compile", "--target", "argo", ...given, "--params", "parameters.json", "main.pipe"];
    const { stderr } = await runInProcess(command, root);
    return /^error\[argo-[a-z]+\]: (.*)$/m.exec(stderr)?.[1];
  } finally {
    rmSync(root, { recursive: true });
  }
}

test("the table says what the compiler refuses", async () => {
  const found: Record<string, string> = {};
  for (const each of findCases()) {
    const refusal = await refusalOf(each);
    if (refusal !== undefined) found[each.name] = refusal;
  }
  expect(found).toEqual(ARGO_TABLE.refused);
}, 60_000);

test("every case that can be run on Argo has one place in the table", () => {
  const { chosen, refused, differs } = ARGO_TABLE;
  const places = casesForArgo().map(({ name }) => [
    name,
    [...chosen.filter((each) => each === name), ...[refused, differs].filter((part) => name in part)].length,
  ]);
  expect(places.filter(([, count]) => count !== 1)).toEqual([]);
  const names = casesForArgo().map(({ name }) => name);
  expect([...chosen, ...Object.keys(differs)].filter((name) => !names.includes(name))).toEqual([]);
});

test("the documentation has the table as it is", () => {
  const page = readFileSync(join(import.meta.dirname, "..", "..", "..", "docs", "argo.md"), "utf8");
  const { chosen, refused, differs } = ARGO_TABLE;
  const rows = [...page.matchAll(/^\| `([a-z0-9-]+)` \| (.*) \|$/gm)].map(([, name, said]) => [name, said]);
  expect(rows).toEqual([...Object.entries(refused), ...Object.entries(differs)]);
  expect(page).toContain(`${chosen.length} cases behave as they do there.`);
});

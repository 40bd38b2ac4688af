// All Workflows among the goldens: Argo's schema with unknown fields refused, and the rules that keep data from being evaluated and workflows from
// running for ever.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { findGoldenCases } from "../../harness/goldens.ts";
import { checkArgoObject } from "./check-argo-object.ts";

// biome-ignore lint/suspicious/noExplicitAny: tests reach deep into objects whose shape the schema checks
type Loose = any;

const cases = findGoldenCases()
  .filter(({ kind }) => kind === "ok")
  .flatMap(({ name, folder }) => {
    const path = join(folder, "argo.yaml");
    const text = existsSync(path) ? readFileSync(path, "utf8") : "";
    return /^kind: /m.test(text) ? [{ name, text }] : [];
  });

function objectsOf(text: string): Loose[] {
  return parseAllDocuments(text).map((document) => document.toJS());
}

function workflowOf(text: string): Loose {
  const workflow = objectsOf(text).find(({ kind }) => kind !== "ConfigMap");
  return workflow.spec.workflowSpec ?? workflow.spec;
}

/** An index and what is made of hexadecimal digits and an index: no data. Argo's check of a `globalName` knows no other form. */
const PLAIN = ["{{item}}", "{{inputs.parameters.item}}"];

/** Every text below a value, with its path. */
function texts(value: Loose, path = ""): { path: string; text: string }[] {
  if (typeof value === "string") return [{ path, text: value }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => texts(each, `${path}.${key}`));
}

test("there are Workflows among the goldens", () => {
  expect(cases.length).toBeGreaterThan(7);
});

test.each(cases)("$name fits Argo's schema", ({ text }) => {
  const workflows = objectsOf(text).filter(({ kind }) => kind !== "ConfigMap");
  expect(workflows.flatMap((workflow) => checkArgoObject(workflow))).toEqual([]);
});

test.each(cases)("$name: no output reads the run itself, which outputs do not know", ({ text }) => {
  const outputs = texts(workflowOf(text)).filter(({ path }) => path.endsWith(".valueFrom.expression"));
  expect(outputs.filter(({ text: each }) => /\bworkflow\./.test(each.replace(/"(?:[^"\\]|\\.)*"/g, '""')))).toEqual([]);
});

test.each(cases)("$name: braces stand only around whole tags, and no tag holds any", ({ text }) => {
  const wrong = texts(workflowOf(text)).filter(
    ({ text: each }) => /\{\{|\}\}/.test(each) && !/^\{\{=((?!\{\{|\}\}).)*\}\}$/s.test(each) && !PLAIN.includes(each),
  );
  expect(wrong).toEqual([]);
});

test.each(cases)(
  "$name: data leaves a tag only as JSON with hidden braces, or as the input it came in by",
  ({ text }) => {
    const hidden = /^replace\(.*, "\{" \+ "\{", "\{" \+ "\\\\u007b"\)$/s;
    const passed = /^(inputs\.parameters\["[^"]+"\]|tasks\["[^"]+"\]\.outputs\.parameters\["v"\])$/;
    const made = /^(inputs\.parameters\["file-prefix"\]|workflow\.uid)( \+ ("[^"]*"|item))*$/;
    const ours = /^("\\"\\""|sprig\.sha256sum\(node\.name\)\[0:16\]|string\(.*\)|"failed-" \+ inputs.*)$/;
    const checked =
      /^(map\(\[.*"unique"\)\)\[0\]|.* \? "true" : sprig\.fail\(.*\)|.*sprig\.fail\(.*\) : "true"|toJson\(.*\))$/s;
    const wrong = workflowOf(text).templates.flatMap(({ dag }: Loose) =>
      (dag?.tasks ?? []).flatMap(({ name, arguments: given }: Loose) =>
        (given?.parameters ?? []).flatMap(({ name: parameter, value }: Loose) => {
          const term = /^\{\{=(.*)\}\}$/s.exec(value)?.[1];
          if (term === undefined || parameter === "duration") return [];
          // Of what is computed here only truth values, counts and words leave without hiding.
          const short = ["ok", "list-keys", "if-test", "grown-by"].includes(parameter) && checked.test(term);
          return hidden.test(term) || passed.test(term) || made.test(term) || ours.test(term) || short
            ? []
            : [`${name}.${parameter}: ${value}`];
        }),
      ),
    );
    expect(wrong).toEqual([]);
  },
);

/** Of the run itself, and no data: the variables that say where in it a task is. */
const OWN_TAGS = ["workflow.name", "string(asInt(retries) + 1)", 'inputs.parameters["attempt-number"]'];

test.each(cases)(
  "$name: a container's command is plain, and what the run decides reaches it through a patch",
  ({ text }) => {
    for (const { container, podSpecPatch } of workflowOf(text).templates) {
      if (!container) continue;
      expect(container.command.length).toBeGreaterThan(0);
      const tags = texts(container).filter(({ text: each }) => each.includes("{{"));
      expect(tags.filter(({ text: each }) => !OWN_TAGS.includes(each.slice(3, -2)))).toEqual([]);
      if (podSpecPatch !== undefined) expect(podSpecPatch).toMatch(/^\{\{=replace\(toJson\(/);
    }
  },
);

test.each(cases)("$name: no output can fail, and nothing that hangs is written", ({ text }) => {
  for (const template of workflowOf(text).templates) {
    expect(template.failFast).toBeUndefined();
    for (const { valueFrom } of template.outputs?.parameters ?? [])
      expect(valueFrom.expression ?? "").not.toContain("sprig.fail");
    for (const { when } of template.dag?.tasks ?? []) expect(when ?? "").not.toContain("sprig.fail");
  }
});

test.each(cases)("$name: what a tag reads of a task is named plainly, and the task has ended before", ({ text }) => {
  for (const { dag } of workflowOf(text).templates) {
    const tasks: Loose[] = dag?.tasks ?? [];
    const waits = new Map(
      tasks.map(({ name, depends }) => [name, (depends ?? "").match(/[A-Za-z][\w-]*(?=\.)/g) ?? []]),
    );
    const before = (name: string): Set<string> =>
      new Set((waits.get(name) ?? []).flatMap((each: string) => [each, ...before(each)]));
    for (const task of tasks) {
      for (const { text: tag } of texts(task).filter(({ text: each }) => each.startsWith("{{="))) {
        expect(tag).not.toMatch(/tasks\?|tasks\["[^"]+"\]\?\.outputs/);
        for (const [, read] of tag.matchAll(/tasks\["([^"]+)"\]/g)) expect([...before(task.name)]).toContain(read);
      }
    }
  }
});

test.each(cases)("$name: each template says where it comes from", ({ text }) => {
  const names = workflowOf(text).templates.map(({ name }: Loose) => name);
  const lines = text.split("\n");
  for (const name of names) {
    const at = lines.findIndex((line) => /^ {4,6}- name: /.test(line) && line.trim() === `- name: ${name}`);
    expect(lines[at - 1]).toMatch(/^ +# [^ ]+:\d+:\d+: /);
  }
});

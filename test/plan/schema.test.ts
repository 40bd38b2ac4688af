import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { readPlan } from "../../src/plan/read-plan.ts";
import { planSchema } from "../../src/plan/schema.ts";
import { objectOf, optional, TEXT } from "../../src/plan/schema-shape.ts";
import { planOf, TASKS } from "./plan-of.ts";

const PROGRAM = `${TASKS}
  enum Mode { fast, slow }
  secret token = "store/token"
  task everything(n: Int, m: Size, mode: Mode) -> { parts: [File], score: Float } {
    image "x:1"
    args [n, m, mode, ...opt("--n", n), out.parts, out.score]
    env { TOKEN: token, MODE: mode, "A.B": n }
    resources {
      cpu: 1..2, memory: max(m, 1Gi), storage: 10Gi, shared_memory: 1Gi, gpu: 1, accelerator: "a100",
      devices: { "example.com/x": 2 }, node: { "disk/type": "ssd" }, tolerations: [{ key: "spot", operator: "Exists" }], priority: "low",
    }
    retry oom 2 { memory: min(memory * 2, 8Gi) }
    retry exit(3) 1 after 10s
    retry any 1 after 1s..1min
    timeout 2h
    cache true
    pod { terminationGracePeriodSeconds: 60 }
  }
  task quiet() { image "x:1" script "sh" '''true''' cache "2" }
  pipeline inner(s: String?) -> Int { yield work({ name: s ?? "none" }) }
  ## All of it.
  pipeline all(
    ## How many.
    n: Int = 3, r: Item? = null,
  ) -> { a: [Int], b: [Failure], c: Int? } schedule "0 3 * * *" in "Europe/Berlin" timeout 12h {
    let items = load()
    let a = map i, k in items where i.weight > 0 and not (i.weight in [5, 6]) key "\\(k)" max 40 parallel n { yield work(i, 0.1 * -k) }
    let b = map i in items batch 5 tolerate 5% { yield work(i) }
    let c = map i in items tolerate 2 { yield work(i) }
    let d = everything(n % 2, 2 * 1Gi, Mode.fast)
    let e = if d.score >= 0.5 { let w = inner(r?.name) yield w } else if n == 1 { yield len(c.ok) }
    check d.score > 0.1, "low: \\(d.score)"
    let f = [for x, i in [...items, { name: "z", weight: 2 }] where x.weight > 1 by x.name desc take 3: { ...x, i }]
    let g = if n > 1 { let h = n * 2 yield h } else { yield items[0]?.weight ?? 0 }
    do note("\\(len(f)) \\(g) \\(len(d.parts))") after e
    yield { a, b: b.failed, c: e }
  } finally { do quiet() do note("\\(run.status)") }`;

test("the published schema is the one of the code", () => {
  const published = readFileSync(new URL("../../docs/plan.schema.json", import.meta.url), "utf8");
  expect(published, "run `node scripts/generate-plan-schema.ts`").toBe(`${JSON.stringify(planSchema(), null, 2)}\n`);
});

test("it is a valid schema in the strictest reading", () => {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  expect(ajv.validateSchema(planSchema())).toBe(true);
  expect(() => ajv.compile(planSchema())).not.toThrow();
});

test("every object of the schema is closed, but for values", () => {
  const open: string[] = [];
  const visit = (schema: unknown, path: string): void => {
    if (typeof schema !== "object" || schema === null) return;
    if ("properties" in schema && !("additionalProperties" in schema && schema.additionalProperties === false))
      open.push(path);
    for (const [name, inner] of Object.entries(schema)) visit(inner, `${path}/${name}`);
  };
  visit(planSchema(), "");
  expect(open).toEqual([]);
});

test("a plan with everything in it is as the schema says, and is read back as it was", async () => {
  const plan = planOf(PROGRAM, {}, "all");
  expect(await readPlan(JSON.stringify(plan))).toEqual({ ok: true, plan: JSON.parse(JSON.stringify(plan)) });
});

test("every property of the schema is used by some plan, so that none has outlived its type", () => {
  const text = JSON.stringify(planOf(PROGRAM, {}, "all"));
  const names = new Set<string>();
  JSON.stringify(planSchema(), (key, value: unknown) => {
    if (key === "properties") for (const name of Object.keys(value as object)) names.add(name);
    return value;
  });
  expect([...names].filter((name) => !text.includes(`"${name}":`))).toEqual([]);
});

test("a schema that leaves a property out, or takes an optional one for required, does not compile", () => {
  interface Sample {
    readonly a: string;
    readonly b?: string;
  }
  const whole = objectOf<Sample>({ a: TEXT, b: optional(TEXT) });
  // @ts-expect-error a property is missing
  objectOf<Sample>({ a: TEXT });
  // @ts-expect-error an optional property is taken for required
  objectOf<Sample>({ a: TEXT, b: TEXT });
  // @ts-expect-error a required property is taken for optional
  objectOf<Sample>({ a: optional(TEXT), b: optional(TEXT) });
  // @ts-expect-error there is no such property
  objectOf<Sample>({ a: TEXT, b: optional(TEXT), c: TEXT });
  expect(whole).toMatchObject({ required: ["a"], additionalProperties: false });
});

const valid = planOf(`${TASKS}pipeline p() { let x = work({ name: "a" }) do note("\\(x)") }`);
const problem = async (change: (json: string) => string): Promise<string> => {
  const read = await readPlan(change(JSON.stringify(valid)));
  return read.ok ? "none" : read.message;
};

test("a plan of another version is refused with both numbers and what to do", async () => {
  expect(await problem((json) => json.replace('"version":1', '"version":2'))).toBe(
    "the plan has format version 2, and this sluice reads version 1: use the newer sluice that wrote it",
  );
  expect(await problem((json) => json.replace('"version":1', '"version":0'))).toContain("compile the sources again");
  expect(await problem((json) => json.replace('"version":1,', ""))).toContain("no format version");
});

test("what is no plan is said to be none", async () => {
  expect(await problem(() => "{")).toMatch(/^the plan is not JSON: /);
  expect(await problem(() => "[]")).toBe("the plan is not a JSON object");
});

test("a damaged plan is refused at the place of the damage", async () => {
  expect(await problem((json) => json.replace('"op":"ref"', '"op":"reff"'))).toMatch(
    /^the plan is damaged at `\/tasks\/0\/command\/items\/1\/value\/op`/,
  );
  expect(await problem((json) => json.replace('"env":[]', '"env":[],"extra":1'))).toBe(
    "the plan is damaged at `/tasks/0`: it must NOT have additional properties (`extra`)",
  );
});

test("a long chain of operators is read, a bottomless one refused", async () => {
  const chain = (length: number) => {
    const value = `${'{"op":"not","value":'.repeat(length)}{"op":"literal","value":true}${"}".repeat(length)}`;
    return problem((json) =>
      json.replace(
        '"nodes":[',
        `"nodes":[{"kind":"let","id":"z","source":"a:1:1","needs":[],"value":${value},"type":{"kind":"bool"}},`,
      ),
    );
  };
  expect(await chain(1000)).toBe("none");
  expect(await chain(100_000)).toBe("the plan is nested too deeply to be one that sluice wrote");
});

// The objects of a run that is started by its own name, and their way back into a plan.
import { expect, test } from "vitest";
import { DEFAULT_KUBERNETES_PROFILE, type KubernetesProfile } from "../../src/config/kubernetes-profile.ts";
import { emitRun, type RunOptions } from "../../src/emit/jobs/emit.ts";
import {
  DATA_HASH_ANNOTATION,
  hashData,
  joinData,
  restoreProfile,
  splitData,
} from "../../src/emit/jobs/plan-config-maps.ts";
import type { JsonObject } from "../../src/emit/yaml.ts";
import { makeRecord } from "../../src/types/value.ts";
import { compileSource } from "../harness/compile-source.ts";

const SCHEDULED = `task t(n: Int) { image "busybox:1" run ["echo", "\\(n)"] }
pipeline main(n: Int = 1) schedule "0 3 * * *" { do t(n) }
`;

interface Manifest extends JsonObject {
  readonly kind: string;
  readonly metadata: { readonly name: string } & JsonObject;
  readonly data: Readonly<Record<string, string>>;
}

function emit(options: Partial<RunOptions> = {}) {
  const { plan, diagnostics } = compileSource(SCHEDULED);
  if (!plan) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const { value } = emitRun(plan, {
    parameters: makeRecord([["n", 1]]),
    profile: DEFAULT_KUBERNETES_PROFILE,
    namespace: "lab",
    version: "1.2.3",
    run: "main-1",
    span: () => ({ file: -1, start: 0, end: 0 }),
    ...options,
  });
  if (value === undefined) throw new Error("nothing was emitted");
  return value;
}

test("a run of a scheduled pipeline that is started by hand has a driver Job that knows the run by name", () => {
  const { root, driver, lasting, taskAccount } = emit();
  expect((root as Manifest).metadata.name).toBe("main-1");
  expect((driver as Manifest).kind).toBe("Job");
  expect(JSON.stringify(driver)).toContain('{"name":"SLUICE_RUN","value":"main-1"}');
  expect(lasting.map((object) => (object as Manifest).kind)).toEqual([
    "ServiceAccount",
    "ServiceAccount",
    "Role",
    "RoleBinding",
  ]);
  expect((lasting[0] as Manifest).metadata.name).toBe(taskAccount);
});

test("a profile comes back from its root with what it left to this program settled", () => {
  const profile: KubernetesProfile = {
    ...DEFAULT_KUBERNETES_PROFILE,
    gpu: {
      ...DEFAULT_KUBERNETES_PROFILE.gpu,
      accelerators: new Map([["a100", { selectors: { gpu: "a100" }, tolerations: [] }]]),
    },
  };
  const { data } = emit({ profile }).root as Manifest;
  const restored = restoreProfile(JSON.parse(data["profile.json"]!) as object);
  expect(restored).toEqual({
    ...profile,
    namespace: "lab",
    driver: { ...profile.driver, image: "sluice:1.2.3" },
  });
});

test("an older program's profile gets the settings it did not know by default", () => {
  expect(restoreProfile({ namespace: "lab" })).toEqual({ ...DEFAULT_KUBERNETES_PROFILE, namespace: "lab" });
});

test("the root carries a hash of all its entries; a changed or missing piece is noticed", () => {
  const { data, metadata } = emit().root as Manifest;
  const annotations = metadata.annotations as Record<string, string>;
  expect(hashData(joinData([data])!)).toBe(annotations[DATA_HASH_ANNOTATION]);
  expect(hashData(joinData([{ ...data, "parameters.json": '{"n":2}' }])!)).not.toBe(annotations[DATA_HASH_ANNOTATION]);
});

test("entries cut over several ConfigMaps are joined again, and not without one of them", () => {
  const entries = [
    ["a.json", "x".repeat(50)],
    ["b.json", "äöü€".repeat(40)],
  ] as const;
  const chunks = splitData(entries, 64);
  expect(chunks.length).toBeGreaterThan(4);
  expect([...joinData(chunks)!]).toEqual(entries);
  expect(joinData(chunks.filter((_, at) => at !== 2))).toBeUndefined();
});

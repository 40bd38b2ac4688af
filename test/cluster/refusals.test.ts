// What a cluster says no to, through the command line: the wrong place, the wrong person, missing rights, a namespace that goes away, helpers and tasks
// that say something else than they should. Each time the error names the object and gives the server's reason, and nothing half-made stays.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { makeTestFolder } from "../backends/local-harness.ts";
import { makeKubeconfig, readUpstream } from "../harness/fault-proxy.ts";
import { type Finished, runCommand } from "../harness/run-command.ts";
import { closeAfterTests } from "./cluster-client.ts";
import { bed, type ClusterObject } from "./harness.ts";

const cluster = bed();
closeAfterTests();
const { busybox, sluice } = cluster.images;
const LONG = 240_000;

const SOURCE = `
task work() -> String { image "${busybox}" run ["sh", "-c", "echo done > $0", out] }
pipeline main() -> String { yield work() }
`;

let folders = 0;
let base: string;
beforeAll(() => {
  base = makeTestFolder();
});

/** Runs a pipeline in a folder of its own. */
function start(
  options: readonly string[],
  {
    source = SOURCE,
    profile = {},
    kubeconfig = cluster.kubeconfig,
  }: {
    readonly source?: string;
    readonly profile?: object;
    readonly kubeconfig?: string;
  } = {},
): Promise<Finished> {
  const cwd = join(base, String(folders++));
  mkdirSync(cwd);
  writeFileSync(join(cwd, "main.pipe"), source);
  const kubernetes = { namespace: cluster.namespace, ...profile };
  writeFileSync(join(cwd, "sluice.yaml"), stringify({ default_profile: "lab", profiles: { lab: { kubernetes } } }));
  const environment = { KUBECONFIG: kubeconfig };
  return runCommand(["run", "--on", "kubernetes", ...options, "main.pipe"], { cwd, environment, limit: LONG });
}

function writeKubeconfig(user: object): string {
  const file = join(base, `kubeconfig-${folders++}`);
  writeFileSync(file, makeKubeconfig(readUpstream(cluster.kubeconfig).server, user as Record<string, unknown>));
  return file;
}

async function expectNothingMade(): Promise<void> {
  const kinds = "configmaps,jobs,pods,podtemplates,leases";
  const left = () => cluster.kubectl(["get", kinds, "-l", "sluice.dev/run", "-o", "name"]);
  await expect.poll(left, { timeout: 30_000 }).toBe("");
}

test("a context that is not there, with those that are", async () => {
  const { code, stderr } = await start(["--context", "elsewhere"]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/context `elsewhere`/);
  expect(stderr).toMatch(/`test`|it has/);
});

test("a profile that is not there", async () => {
  const { code, stderr } = await start(["--profile", "labb"]);
  expect([1, 2]).toContain(code);
  expect(stderr).toMatch(/`labb`/);
  expect(stderr).toMatch(/`lab`/);
});

test("a token that is not valid any more", async () => {
  const { code, stderr } = await start([], { kubeconfig: writeKubeconfig({ token: "long-since-expired" }) });
  expect(code).toBe(7);
  expect(stderr).toMatch(/Unauthorized/);
  expect(stderr).toMatch(/may have expired: log in again/);
});

test("a namespace that is not there", async () => {
  const { code, stderr } = await start(["--namespace", "no-such-namespace"]);
  expect(code).toBe(7);
  expect(stderr).toMatch(/namespaces "no-such-namespace" not found/);
  expect(stderr).toMatch(/kubectl create namespace no-such-namespace/);
});

test(
  "a namespace that is being deleted",
  async () => {
    const namespace = `${cluster.namespace}-ending`;
    await cluster.kubectl(["create", "namespace", namespace]);
    const metadata = { name: "holds-on", finalizers: ["sluice.dev/test"] };
    const object = JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata });
    await cluster.kubectl(["create", "--namespace", namespace, "-f", "-"], object);
    try {
      await cluster.kubectl(["delete", "namespace", namespace, "--wait=false"]);
      const { code, stderr } = await start(["--namespace", namespace]);
      expect(code).toBe(7);
      expect(stderr).toMatch(/because it is being terminated/);
      expect(stderr).toMatch(/wait until it is gone/);
    } finally {
      const patch = '{"metadata":{"finalizers":null}}';
      await cluster.kubectl(["patch", "--namespace", namespace, "configmap/holds-on", "--type=merge", "-p", patch]);
    }
  },
  LONG,
);

const RULES: readonly (readonly [group: string, resource: string, verbs: readonly string[]])[] = [
  ["batch", "jobs", ["create", "get", "list", "watch", "patch", "delete"]],
  ["", "pods", ["create", "get", "list", "watch", "patch", "delete"]],
  ["", "pods/log", ["get"]],
  ["", "configmaps", ["create", "get", "list", "watch", "update", "patch", "delete"]],
  ["", "podtemplates", ["create", "get", "list"]],
  ["", "events", ["list"]],
  ["", "serviceaccounts", ["create", "get", "patch"]],
  ["rbac.authorization.k8s.io", "roles", ["create", "get", "patch", "bind", "escalate"]],
  ["rbac.authorization.k8s.io", "rolebindings", ["create", "get", "patch"]],
  ["coordination.k8s.io", "leases", ["create", "get", "update"]],
];

/** The kubeconfig of an account that may do everything but one thing. */
async function withoutRight(verb: string, resource: string): Promise<string> {
  const name = `no-${verb}-${resource.replace("/", "-")}`;
  const metadata = { name };
  const rules = RULES.map(([group, each, verbs]) => ({
    apiGroups: [group],
    resources: [each],
    verbs: each === resource ? verbs.filter((one) => one !== verb) : verbs,
  }));
  const rbac = "rbac.authorization.k8s.io";
  await cluster.create(
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    { apiVersion: `${rbac}/v1`, kind: "Role", metadata, rules } as ClusterObject,
    {
      apiVersion: `${rbac}/v1`,
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup: rbac, kind: "Role", name },
      subjects: [{ kind: "ServiceAccount", name, namespace: cluster.namespace }],
    } as ClusterObject,
  );
  return writeKubeconfig({ token: (await cluster.kubectl(["create", "token", name])).trim() });
}

test.each([
  ["create", "configmaps"],
  ["create", "podtemplates"],
])(
  "who may not %s %s starts nothing",
  async (verb, resource) => {
    const { code, stderr } = await start([], { kubeconfig: await withoutRight(verb, resource) });
    expect(code, stderr).toBe(7);
    expect(stderr).toContain(`cannot ${verb} resource "${resource}"`);
    expect(stderr).toContain(`must allow you to \`${verb}\` \`${resource}\``);
    await expectNothingMade();
  },
  LONG,
);

test.runIf(cluster.runsPods).each([
  ["create", "jobs"],
  ["list", "pods"],
  ["watch", "pods"],
  ["create", "leases"],
])(
  "who may not %s %s is told so",
  async (verb, resource) => {
    const { code, stdout, stderr } = await start(["--json"], { kubeconfig: await withoutRight(verb, resource) });
    expect(code, stdout + stderr).toBeGreaterThan(3);
    expect(stdout + stderr).toMatch(new RegExp(`cannot ${verb} resource \\\\?"${resource}`));
  },
  LONG,
);

/** A task with a list as its result; `$1` is where it goes. */
const listing = (script: string): string => `
task find() -> [String] {
  image "${busybox}"
  script "sh" '''
    set -- $out
    ${script}
  '''
}
pipeline main() -> [String] { yield find() }
`;

/** The failures that a run ended with. */
function failuresOf(stdout: string): readonly object[] {
  const end = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as { readonly failures: readonly object[] };
  return end.failures;
}

test.runIf(cluster.runsPods)(
  "a helper that is not ours",
  async () => {
    const { code, stdout } = await start(["--json"], {
      source: listing("echo '[]' > $1"),
      profile: { driver: { image: busybox } },
    });
    expect(code, stdout).toBe(4);
    const message = expect.stringMatching(/sluice-collect/);
    expect(failuresOf(stdout)).toEqual([expect.objectContaining({ cause: "output", message })]);
  },
  LONG,
);

test.runIf(cluster.runsPods && sluice !== undefined).each([
  ["of 50 MB", `head -c 52428800 /dev/zero | tr '\\0' ' ' > $1; echo '["a"]' >> $1`, /52428806 bytes/],
  ["nested 200 levels deep", `for i in $(seq 200); do printf '[' >> $1; done; echo >> $1`, /out/],
  ["that is cut", `printf '["a", "b' > $1`, /out/],
])(
  "a list %s is refused by name",
  async (_, script, said) => {
    const { code, stdout } = await start(["--json"], {
      source: listing(script),
      profile: { driver: { image: sluice } },
    });
    expect(code, stdout).toBe(4);
    const message = expect.stringMatching(said);
    expect(failuresOf(stdout)).toEqual([expect.objectContaining({ cause: "output", message })]);
  },
  LONG,
);

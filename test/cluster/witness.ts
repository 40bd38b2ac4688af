// What tells whether a run did what it should whatever happened to it: a pipeline whose tasks write down when they begin and end, in a folder of the
// node, which must be this machine; and a witness that sees all pods of the run. Afterwards: each item ended well once, none ran twice at once.
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { cleanClusterRun } from "../../src/backends/kubernetes/clean-run.ts";
import type { ClusterClient } from "../../src/backends/kubernetes/client.ts";
import type { ClusterRun } from "../../src/backends/kubernetes/cluster-run.ts";
import type { Pod } from "../../src/backends/kubernetes/objects.ts";
import { resourcePath } from "../../src/backends/kubernetes/resource-path.ts";
import { follow } from "../../src/backends/kubernetes/watch.ts";
import type { KubernetesProfile } from "../../src/config/kubernetes-profile.ts";
import type { Bed } from "./harness.ts";
import { createRun } from "./runs.ts";

/** What the pipeline of `witnessedSource` comes to. */
export const WITNESSED_RESULT = "a b c";

/** The instances of its tasks that end well. */
const ITEMS = ["find", "work a", "work b", "work c", "join"];

/** Something found, a map over it one item of which fails at first, and what is made of all. `seconds`: how long an item takes. */
export function witnessedSource(image: string, seconds = 0): string {
  const begin = (what: string): string => `echo begin ${what} $SLUICE_ATTEMPT >> /witness/log`;
  const end = (what: string): string => `echo end ${what} $SLUICE_ATTEMPT >> /witness/log`;
  return `
task find() -> [String] {
  image "${image}"
  script "sh" '''
    ${begin("find")}
    echo '["a", "b", "c"]' > $out
    ${end("find")}
  '''
}
task work(name: String) -> String {
  image "${image}"
  retry exit(7) 1
  retry evicted 9
  script "sh" '''
    ${begin("work $name")}
    ${seconds === 0 ? "" : `trap 'echo stopped work $name $SLUICE_ATTEMPT >> /witness/log; exit 1' TERM; sleep ${seconds} & wait`}
    if [ $name = b ] && mkdir /witness/failed; then
      echo failed work $name $SLUICE_ATTEMPT >> /witness/log
      exit 7
    fi
    echo $name > $out
    ${end("work $name")}
  '''
}
task join(texts: [String]) -> String {
  image "${image}"
  run ["sh", "-c", "${begin("join")}; echo $* > $0; ${end("join")}", out, ...texts]
}
pipeline main() -> String {
  let names = find()
  let all = map n in names parallel 2 { yield work(n) }
  yield join(all)
}`;
}

export interface Witnessed {
  readonly run: ClusterRun;
  /** What the tasks wrote down, line by line. */
  lines(): readonly string[];
  /** Insists on the one right course of things; `stopped`: something ended pods from outside, so that items may have begun more than once. */
  expectRight(options?: { readonly stopped?: boolean }): void;
  /** Cleans the run and insists that nothing of it is left. */
  expectClean(): Promise<void>;
}

/** Creates a run of the pipeline and sees its pods until `expectClean`. */
export async function createWitnessedRun(
  cluster: Bed,
  client: ClusterClient,
  {
    seconds = 0,
    profile = {},
    image = cluster.images.busybox,
  }: {
    readonly seconds?: number;
    readonly profile?: Partial<KubernetesProfile>;
    readonly image?: string;
  } = {},
): Promise<Witnessed> {
  const folder = mkdtempSync(join(tmpdir(), "sluice-witness-"));
  chmodSync(folder, 0o777);
  const pod = {
    containers: [{ volumeMounts: [{ name: "witness", mountPath: "/witness" }] }],
    volumes: [{ name: "witness", hostPath: { path: folder, type: "Directory" } }],
  };
  const driver = {
    cpu: 0.1,
    memory: 2 ** 27,
    ...(cluster.images.sluice !== undefined && { image: cluster.images.sluice }),
  };
  const run = await createRun(client, witnessedSource(image, seconds), { profile: { driver, ...profile, pod } });
  const sight = watchPods(client, run);
  const lines = (): readonly string[] =>
    existsSync(join(folder, "log"))
      ? readFileSync(join(folder, "log"), "utf8")
          .split("\n")
          .filter((line) => line !== "")
      : [];
  return {
    run,
    lines,
    expectRight: ({ stopped = false } = {}) => {
      expect(findFlaws(lines(), stopped)).toEqual([]);
      expect(sight.overlaps).toEqual([]);
    },
    expectClean: async () => {
      const cleaned = await cleanClusterRun({ client, run, holder: "the test" });
      expect(cleaned).toEqual({ ok: true, value: null });
      await sight.end();
      const kinds = "configmaps,jobs,pods,podtemplates,leases";
      const what = ["-l", `sluice.dev/run=${run.name}`, "--namespace", run.namespace];
      expect((await cluster.kubectl(["get", kinds, "-o", "name", ...what])).trim()).toBe("");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What the lines of the tasks say that they should not. */
export function findFlaws(lines: readonly string[], stopped: boolean): string[] {
  const flaws: string[] = [];
  const running = new Map<string, string>();
  const ends = new Map<string, number>();
  const begins = new Map<string, number>();
  for (const line of lines) {
    const words = line.split(" ");
    const [what = "", attempt = ""] = [words.slice(1, -1).join(" "), words.at(-1)];
    if (words[0] === "begin") {
      const other = running.get(what);
      // One that was ended by force wrote nothing down.
      if (other !== undefined && !stopped) flaws.push(`attempt ${attempt} of ${what} began while ${other} was running`);
      if (begins.has(`${what} ${attempt}`)) flaws.push(`attempt ${attempt} of ${what} began twice`);
      begins.set(`${what} ${attempt}`, 1);
      running.set(what, attempt);
      continue;
    }
    if (running.get(what) !== attempt) flaws.push(`${line}: it was not the one that ran`);
    running.delete(what);
    if (words[0] === "end") ends.set(what, (ends.get(what) ?? 0) + 1);
  }
  for (const item of ITEMS) if (ends.get(item) !== 1) flaws.push(`${item} ended well ${ends.get(item) ?? 0} times`);
  if (!stopped && begins.size !== ITEMS.length + 1) flaws.push(`${begins.size} attempts began: ${lines.join(", ")}`);
  return flaws;
}

interface Sight {
  /** Pairs of pods of one item that were seen running at the same time. */
  readonly overlaps: readonly string[];
  end(): Promise<void>;
}

function watchPods(client: ClusterClient, run: ClusterRun): Sight {
  const done = new AbortController();
  const running = new Map<string, Set<string>>();
  const overlaps: string[] = [];
  const see = (pod: Pod, gone: boolean): void => {
    const { annotations = {}, labels = {}, name } = pod.metadata;
    const item = `${labels["sluice.dev/step"]} ${annotations["sluice.dev/key"] ?? ""}`;
    const pods = running.get(item) ?? new Set();
    running.set(item, pods);
    const isRunning = pod.status?.containerStatuses?.some(({ state }) => state?.running !== undefined) ?? false;
    if (gone || !isRunning) pods.delete(name);
    else if (!pods.has(name)) {
      for (const other of pods) overlaps.push(`${item}: ${other} and ${name}`);
      pods.add(name);
    }
  };
  const watching = follow<Pod, Pod>(client, resourcePath("pods", client.namespace), {
    labelSelector: `sluice.dev/run=${run.name},app.kubernetes.io/component=task`,
    signal: done.signal,
    project: (pod) => pod,
    sync: (pods) => {
      const names = new Set(pods.map(({ metadata }) => metadata.name));
      for (const set of running.values()) for (const name of set) if (!names.has(name)) set.delete(name);
      for (const pod of pods) see(pod, false);
    },
    change: (type, pod) => see(pod, type === "DELETED"),
  });
  return {
    overlaps,
    end: async () => {
      done.abort();
      await watching;
    },
  };
}

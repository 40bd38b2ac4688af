// What the cluster tests stand on: the cluster that KUBECONFIG names, a namespace of its own for each test file, kubectl, and waiting by
// watching. Everything goes through kubectl, so any cluster and any way to log in to it will do.
import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { V1ObjectMeta } from "@kubernetes/client-node";
import { afterAll, beforeAll, expect } from "vitest";
import { VERSION } from "../../src/cli/version.ts";

/** The part of a Kubernetes object that all of them have. */
export interface ClusterObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: V1ObjectMeta;
}

/** How a `kubectl` ended: its exit code and what it printed. */
export interface KubectlResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** An S3 server that pods reach. */
export interface S3Server {
  readonly outside: string;
  readonly inside: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** What a test file has of the cluster. */
export interface Bed {
  /** The file that says how to reach the cluster. */
  readonly kubeconfig: string;
  /** The namespace of this test file: there from its first test to its last. */
  readonly namespace: string;
  /** Whether pods run: not on a bed of etcd and the API server alone. */
  readonly runsPods: boolean;
  /** Whether Argo's controller runs: on our own test bed. */
  readonly runsArgo: boolean;
  /** Whether the API server may be restarted: only that of our own test bed. */
  readonly restartable: boolean;
  /** Images that the node has: with a shell, with Node.js, and the project's own as it is now; undefined where there is none. */
  readonly images: { readonly busybox: string; readonly node: string; readonly sluice: string | undefined };
  /** An S3 server: its address from here and from pods, and who may log in. Undefined where there is none. */
  readonly s3: S3Server | undefined;
  /** Runs kubectl in the namespace, `input` on its standard input, to its end. */
  tryKubectl(args: readonly string[], input?: string): Promise<KubectlResult>;
  /** The same, but what it printed; rejects with its words when it fails. */
  kubectl(args: readonly string[], input?: string): Promise<string>;
  /** Creates objects as they are; rejects with the server's words when it refuses one or knows a field of it not. */
  create(...objects: readonly ClusterObject[]): Promise<void>;
  /**
   * The first state of an object that meets the condition. `resource` is one by name, `job/hello`, or all of a kind, narrowed by a label
   * selector. It need not be there yet. Rejects after `seconds` (60) with the last state seen.
   */
  waitFor<T extends ClusterObject>(
    resource: string,
    condition: (object: T) => boolean,
    options?: { readonly labels?: string; readonly seconds?: number },
  ): Promise<T>;
  /** Loses the node with all that runs on it; `back` brings another of the same name. Only where the API server may be restarted. */
  loseNode(options?: { readonly back?: boolean }): Promise<void>;
  /** Ends the API server and starts it again, after `awaySeconds` (0). Killed it takes about 4 s; drained, up to a minute more. */
  restartApiServer(options?: { readonly drain?: boolean; readonly awaySeconds?: number }): Promise<void>;
}

const bedFolder = join(import.meta.dirname, "bed");

/** The cluster for this test file; its namespace is made before the first test and deleted after the last. Call it once, at the top. */
export function bed(): Bed {
  const kubeconfig = process.env.KUBECONFIG ?? "";
  // Our own bed keeps its kubeconfig among its other files.
  const data = existsSync(join(dirname(kubeconfig), "node-init")) ? dirname(kubeconfig) : undefined;
  const runsPods = data === undefined || existsSync(join(data, "run", "kubelet.pid"));
  const file = basename(expect.getState().testPath ?? "test").replace(/\.test\.ts$/, "");
  const namespace = `sluice-test-${file}-${randomBytes(3).toString("hex")}`;
  const tryKubectl: Bed["tryKubectl"] = (args, input) => runKubectl(["--namespace", namespace, ...args], input);
  const kubectl: Bed["kubectl"] = async (args, input) => {
    const { exitCode, stdout, stderr } = await tryKubectl(args, input);
    if (exitCode !== 0) throw new Error(`kubectl ${args.join(" ")}: ${stderr.trim()}`);
    return stdout;
  };

  beforeAll(async () => {
    if (kubeconfig === "")
      throw new Error("KUBECONFIG names no cluster: start these tests with `npm run test:cluster`");
    await kubectl(["create", "namespace", namespace]);
    await kubectl(["label", "namespace", namespace, "app.kubernetes.io/managed-by=sluice-tests"]);
    // Pods are refused until the account is there.
    if (runsPods) await kubectl(["wait", "--for=create", "serviceaccount/default", "--timeout=60s"]);
  });

  afterAll(async () => {
    if (kubeconfig === "") return;
    await kubectl(["delete", "namespace", namespace, "--wait=false", "--ignore-not-found"]);
    await dropHarvestFinalizers(tryKubectl);
    // Our own bed is thrown away with all that is in it.
    if (data === undefined) await kubectl(["wait", "--for=delete", `namespace/${namespace}`, "--timeout=100s"]);
  });

  return {
    kubeconfig,
    namespace,
    runsPods,
    runsArgo: data !== undefined && existsSync(join(data, "run", "workflow-controller.pid")),
    restartable: data !== undefined,
    images: {
      busybox: process.env.TEST_BUSYBOX_IMAGE ?? (data === undefined ? "busybox:1.37" : "cluster.test/busybox:1"),
      node: process.env.TEST_NODE_IMAGE ?? (data === undefined ? "node:24-alpine" : "cluster.test/node:24"),
      sluice: process.env.TEST_SLUICE_IMAGE ?? (data === undefined ? undefined : `sluice:${VERSION}`),
    },
    s3: data === undefined ? undefined : findS3(data),
    tryKubectl,
    kubectl,
    create: async (...objects) => {
      await kubectl(
        ["create", "--validate=strict", "-f", "-"],
        JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }),
      );
    },
    waitFor: (resource, condition, { labels, seconds = 60 } = {}) => {
      const [kind, name] = resource.split("/");
      const selectors = [
        ...(name === undefined ? [] : [`--field-selector=metadata.name=${name}`]),
        ...(labels === undefined ? [] : [`--selector=${labels}`]),
      ];
      return watchUntil(["--namespace", namespace, "get", kind!, ...selectors], condition, seconds);
    },
    loseNode: async ({ back = false } = {}) => {
      if (data === undefined) throw new Error("this cluster's nodes are not ours to lose");
      const done = await run(join(bedFolder, "lose-node"), back ? ["--back"] : [], { BED_DATA: data });
      if (done.exitCode !== 0) throw new Error(`lose-node: ${done.stderr}`);
    },
    restartApiServer: async ({ drain = false, awaySeconds = 0 } = {}) => {
      if (data === undefined) throw new Error("this cluster is not ours to restart");
      const args = [...(drain ? ["--term"] : []), "--down", String(awaySeconds)];
      const done = await run(join(bedFolder, "restart-apiserver"), args, { BED_DATA: data });
      if (done.exitCode !== 0) throw new Error(`restart-apiserver: ${done.stderr}`);
    },
  };
}

/** A claim on a volume that is a folder of the node, which must be this machine. Delete the volume `NAMESPACE-CLAIM` after the tests. */
export async function makeVolume(cluster: Bed, claim: string, folder: string): Promise<void> {
  const name = `${cluster.namespace}-${claim}`;
  const capacity = { storage: "1Gi" };
  const terms = { accessModes: ["ReadWriteMany"], storageClassName: "" };
  const volume = { ...terms, capacity, hostPath: { path: folder }, persistentVolumeReclaimPolicy: "Retain" };
  const wanted = { ...terms, volumeName: name, resources: { requests: capacity } };
  await cluster.create(
    { apiVersion: "v1", kind: "PersistentVolume", metadata: { name }, spec: volume } as ClusterObject,
    { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: claim }, spec: wanted } as ClusterObject,
  );
}

function findS3(data: string): S3Server | undefined {
  const file = join(data, "s3-port");
  if (!existsSync(file)) return undefined;
  const outside = `http://127.0.0.1:${readFileSync(file, "utf8").trim()}`;
  return { outside, inside: "http://198.18.0.1:7070", accessKeyId: "testaccess", secretAccessKey: "testsecret" };
}

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv, input = ""): Promise<KubectlResult> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      args,
      { env: { ...process.env, ...env }, maxBuffer: 256 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== "number") reject(error);
        else resolve({ exitCode: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
      },
    );
    // A program that ends before it has read everything is judged by its exit code.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
  });
}

function runKubectl(args: readonly string[], input?: string): Promise<KubectlResult> {
  return run("kubectl", args, {}, input);
}

/** A failed test may leave pods that wait for their harvest; only our own entry is removed from their list. */
async function dropHarvestFinalizers(tryKubectl: Bed["tryKubectl"]): Promise<void> {
  const listed = await tryKubectl(["get", "pods", "-o", "json"]);
  const { items } = JSON.parse(listed.stdout || '{"items":[]}') as { items: ClusterObject[] };
  for (const { metadata } of items) {
    const index = metadata?.finalizers?.indexOf("sluice.dev/harvest") ?? -1;
    if (index < 0) continue;
    const path = `/metadata/finalizers/${index}`;
    const patch = [
      { op: "test", path, value: "sluice.dev/harvest" },
      { op: "remove", path },
    ];
    await tryKubectl(["patch", "pod", metadata!.name!, "--type=json", "--patch", JSON.stringify(patch)]);
  }
}

/** Follows `kubectl get --watch` until an object meets the condition; a watch that breaks off is begun again. */
function watchUntil<T extends ClusterObject>(
  get: readonly string[],
  condition: (object: T) => boolean,
  seconds: number,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let last: T | undefined;
    let words = "";
    let done = false;
    let stop = () => {};
    const end = (outcome: () => void) => {
      if (done) return;
      done = true;
      clearTimeout(deadline);
      stop();
      outcome();
    };
    const deadline = setTimeout(() => {
      const seen = last === undefined ? `nothing seen. ${words}` : `last seen:\n${JSON.stringify(last, null, 2)}`;
      end(() => reject(new Error(`not within ${seconds} s: kubectl ${get.join(" ")}; ${seen}`)));
    }, seconds * 1000);
    const begin = () => {
      const child = spawn("kubectl", [...get, "--watch", "--output-watch-events", "--output=json"], {
        stdio: ["ignore", "pipe", "pipe"],
      });
      let text = "";
      stop = () => child.kill();
      child.stderr.on("data", (data: Buffer) => {
        words = data.toString();
      });
      child.stdout.setEncoding("utf8").on("data", (data: string) => {
        text += data;
        const lines = text.split("\n");
        text = lines.pop()!;
        for (const line of lines) {
          if (done) return;
          const event = JSON.parse(line) as { type: string; object: T };
          if (event.type === "ERROR") continue;
          last = event.object;
          try {
            if (event.type !== "DELETED" && condition(event.object)) end(() => resolve(event.object));
          } catch (error) {
            end(() => reject(error));
          }
        }
      });
      child.on("error", (error) => end(() => reject(error)));
      child.on("close", () => {
        if (done) return;
        const again = setTimeout(begin, 200);
        stop = () => clearTimeout(again);
      });
    };
    begin();
  });
}

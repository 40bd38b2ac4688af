// How the cluster is reached and who we are there, from a kubeconfig or from within a pod. In: which file and context. Out: for each request its
// headers and the connections to use. Kubernetes' own client reads the configuration and logs in; it is loaded only here, when a cluster is used.
import type { Agent, Dispatcher } from "undici";
import { suggest } from "../../util/suggest.ts";
import type { Clock } from "../clock.ts";
import { describeFileError, errorCode, type FileResult } from "../file-problem.ts";
import { type ApiResult, ownProblem, shorten } from "./api-problem.ts";

export interface AccessOptions {
  /** Path of a kubeconfig. Default: what `KUBECONFIG` names, `~/.kube/config`, or the service account of the pod this runs in. */
  readonly kubeconfig?: string;
  /** Default: the current one of the kubeconfig. */
  readonly context?: string;
  /** Connections at once. Default 32. */
  readonly connections?: number;
}

export interface Authorization {
  readonly headers: Readonly<Record<string, string>>;
  readonly dispatcher: Dispatcher;
}

export interface ClusterAccess {
  /** Without a slash at the end. */
  readonly server: string;
  readonly context: string;
  /** Of the context; undefined when it names none. */
  readonly namespace: string | undefined;
  /** Headers and connections for one request that goes out now. Tokens and certificates that change are followed. */
  authorize(): Promise<ApiResult<Authorization>>;
  /** Reads the configuration and logs in again, because `refused` was not accepted; once for all who ask at the same time. */
  renew(refused: Authorization): void;
  /** Ends all connections, and with them the requests that are under way. */
  close(): Promise<void>;
}

/** Milliseconds for which an authorization is used again: what it is made of changes far more slowly. */
const FRESH = 1000;
const CONNECTIONS = 32;

type Libraries = Pick<typeof import("./cluster-libraries.ts"), "KubeConfig" | "RequestContext" | "Agent">;
type Configuration = InstanceType<Libraries["KubeConfig"]>;
type Cluster = NonNullable<ReturnType<Configuration["getCurrentCluster"]>>;
type TlsOptions = Parameters<Configuration["createDispatcherOptions"]>[1];

/** Reads the configuration; what is wrong with it is a sentence that quotes nothing of its content but names. */
export function openAccess(options: AccessOptions, clock: Clock, libraries: Libraries): FileResult<ClusterAccess> {
  const agents = new Map<string, Dispatcher>();
  const { Agent } = libraries;
  const connections = options.connections ?? CONNECTIONS;
  const makeAgent = (connect: Agent.Options["connect"]): Dispatcher =>
    new Agent({ connections, allowH2: false, ...(connect === undefined ? {} : { connect }) });

  // Kubernetes' client makes new connections for each request; these are kept. What they are kept by are the very certificates and keys, so
  // that those that were replaced are used no longer.
  function keepConnections(configuration: Configuration): void {
    const make: unknown = Reflect.get(configuration, "createDispatcher");
    if (typeof make !== "function") throw new Error("this version of @kubernetes/client-node has no createDispatcher");
    const createDispatcher = (cluster: Cluster | null, tls: TlsOptions): Dispatcher => {
      const made = configuration.createDispatcherOptions(cluster, tls);
      const key = JSON.stringify(made);
      const kept = agents.get(key);
      if (kept !== undefined) return kept;
      for (const [old, agent] of agents) {
        agents.delete(old);
        // What is under way on them may end.
        void agent.close().catch(() => {});
      }
      const dispatcher =
        made.type === "agent" || made.type === "none"
          ? makeAgent(made.type === "agent" ? (made.connect as Agent.Options["connect"]) : undefined)
          : (make.call(configuration, cluster, tls) as Dispatcher);
      agents.set(key, dispatcher);
      return dispatcher;
    };
    Object.defineProperty(configuration, "createDispatcher", { value: createDispatcher });
  }

  function load(): FileResult<{ readonly configuration: Configuration; readonly cluster: Cluster }> {
    const loaded = readConfiguration(libraries, options);
    if (loaded.ok) keepConnections(loaded.value.configuration);
    return loaded;
  }

  const loaded = load();
  if (!loaded.ok) return loaded;
  let { configuration } = loaded.value;
  const server = loaded.value.cluster.server.replace(/\/+$/, "");
  const context = configuration.getCurrentContext();
  let current: { readonly given: Promise<ApiResult<Authorization>>; readonly until: number } | undefined;
  let latest: Authorization | undefined;
  let closed = false;

  async function apply(): Promise<ApiResult<Authorization>> {
    const request = new libraries.RequestContext(`${server}/`, "GET" as never);
    try {
      await configuration.applySecurityAuthentication(request);
    } catch (error) {
      current = undefined;
      return ownProblem(
        "Credentials",
        `no credentials could be had for context \`${context}\`: ${describeLogin(error)}`,
      );
    }
    let dispatcher = request.getDispatcher();
    if (dispatcher === undefined) {
      dispatcher = agents.get("") ?? makeAgent(undefined);
      agents.set("", dispatcher);
    }
    latest = { headers: request.getHeaders(), dispatcher: dispatcher as Dispatcher };
    return { ok: true, value: latest };
  }

  return {
    ok: true,
    value: {
      server,
      context,
      namespace: configuration.getContextObject(context)?.namespace?.trim() || undefined,
      authorize: () => {
        if (closed) return Promise.resolve(ownProblem("Aborted", "the connection to the cluster was closed"));
        if (current === undefined || clock.now() >= current.until)
          current = { given: apply(), until: clock.now() + FRESH };
        return current.given;
      },
      renew: (refused) => {
        if (latest !== refused) return;
        latest = undefined;
        const again = load();
        // A file that is being rewritten is not a reason to stop.
        if (again.ok) configuration = again.value.configuration;
        current = undefined;
      },
      close: async () => {
        closed = true;
        await Promise.all([...agents.values()].map((agent) => agent.destroy()));
        agents.clear();
      },
    },
  };
}

function readConfiguration(
  { KubeConfig }: Libraries,
  { kubeconfig, context }: AccessOptions,
): FileResult<{ readonly configuration: Configuration; readonly cluster: Cluster }> {
  const configuration = new KubeConfig();
  const named = kubeconfig ?? process.env.KUBECONFIG;
  const what = named === undefined || named === "" ? "the kubeconfig" : `\`${named}\``;
  try {
    if (kubeconfig !== undefined) configuration.loadFromFile(kubeconfig);
    else configuration.loadFromDefault();
  } catch (error) {
    return { ok: false, message: describeUnreadable(error, named ?? "~/.kube/config") };
  }
  // What loadFromDefault falls back to.
  if (configuration.getCurrentContext() === "loaded-context" && kubeconfig === undefined) {
    const message =
      "no cluster is configured: there is no `~/.kube/config`, `KUBECONFIG` names none, and this is not a pod of a cluster";
    return { ok: false, message };
  }
  const names = configuration.getContexts().map(({ name }) => name);
  const chosen = context ?? configuration.getCurrentContext();
  if (!chosen) return { ok: false, message: `${what} has no current context; choose one of ${listNames(names)}` };
  if (!names.includes(chosen)) {
    const near = suggest(chosen, names);
    const hint = near.length === 1 ? `did you mean \`${near[0]}\`?` : `it has ${listNames(names)}`;
    return { ok: false, message: `${what} has no context \`${chosen}\`; ${hint}` };
  }
  configuration.setCurrentContext(chosen);
  const cluster = configuration.getCurrentCluster();
  if (cluster === null)
    return { ok: false, message: `context \`${chosen}\` of ${what} names a cluster that the file does not describe` };
  if (!/^https?:\/\//.test(cluster.server))
    return { ok: false, message: `the server of context \`${chosen}\` in ${what} is no http or https address` };
  if (cluster.server.startsWith("http:") && cluster.skipTLSVerify !== true) {
    const message = `the server of context \`${chosen}\` in ${what} is reached without encryption; say \`insecure-skip-tls-verify: true\` if that is meant`;
    return { ok: false, message };
  }
  return { ok: true, value: { configuration, cluster } };
}

function listNames(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.map((name) => `\`${name}\``).join(", ");
}

// Errors of the YAML parser quote lines of the file, and those may be keys.
function describeUnreadable(error: unknown, file: string): string {
  if (errorCode(error) !== undefined) return describeFileError(error, "read the kubeconfig", file);
  const mark: unknown = error instanceof Error && "mark" in error ? error.mark : undefined;
  const line = typeof mark === "object" && mark !== null && "line" in mark ? Number(mark.line) + 1 : undefined;
  if (line !== undefined) return `the kubeconfig \`${file}\` is not valid YAML: see line ${line}`;
  return `\`${file}\` is not a kubeconfig: clusters, users or contexts are missing or have no name`;
}

function describeLogin(error: unknown): string {
  // Errors of JSON.parse quote what was parsed: the answer of a login command, which holds a token.
  if (error instanceof SyntaxError) return "the login command's answer is not JSON";
  const code = errorCode(error);
  const spawned = error instanceof Error && "path" in error && "spawnargs" in error;
  if (code === "ENOENT" && spawned) return `the login command \`${String(error.path)}\` is not installed`;
  if (error instanceof Error && error.message.trim() !== "") return shorten(error.message, 300);
  return "the login command failed and said nothing";
}

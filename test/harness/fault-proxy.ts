// A small proxy between a client and an API server that does to requests what networks and overloaded servers do. It passes everything on as it
// is until it is told otherwise, and speaks for the user of the kubeconfig it was given.
import { readFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { resolve } from "node:path";
import { TLSSocket } from "node:tls";
import { parse, stringify } from "yaml";

export type Fault =
  /** An answer of the proxy's own; the request does not reach the server. */
  | { readonly kind: "answer"; readonly status: number; readonly reason?: string; readonly retryAfter?: number }
  /** The connection breaks before the request reaches the server. */
  | { readonly kind: "reset-before" }
  /** The server carries the request out; its answer is lost with the connection. */
  | { readonly kind: "reset-after" }
  /** Nothing comes back, for as long as the client waits; the request does not reach the server. */
  | { readonly kind: "stall" }
  /** So many whole lines of the answer come through, and half of the next before the connection breaks. */
  | { readonly kind: "cut"; readonly lines: number }
  /** So many whole lines of the answer come through and then nothing more, while the connection stays open. */
  | { readonly kind: "hush"; readonly lines: number }
  /**
   * Something is done instead of passing the request on; or once the server has carried it out, and then its answer is lost. Meant for ending
   * the client.
   */
  | { readonly kind: "strike"; readonly when: "before" | "after"; readonly act: () => void }
  /** A watch that at once ends with an event saying that its version is too old. */
  | { readonly kind: "expire" };

export interface FaultRule {
  readonly fault: Fault;
  /** Which requests it is for. Default: all. */
  readonly matches?: (request: ProxiedRequest) => boolean;
  /** How many requests it is done to. Default 1. */
  readonly times?: number;
}

export interface ProxiedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
}

/** Where requests go and as whom. */
export interface Upstream {
  /** http or https, without a slash at the end. */
  readonly server: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly token?: string;
}

export interface FaultProxy {
  readonly url: string;
  /** The text of a kubeconfig whose only context, `proxy`, leads here. */
  readonly kubeconfig: string;
  /** From now on; the first rule that matches a request and is not used up is taken. */
  inject(...rules: FaultRule[]): void;
  /** Drops all rules, and all connections that are open. */
  heal(): void;
  /** The requests seen so far, in the order they came, with the fault that was done to each. */
  readonly seen: readonly (ProxiedRequest & { readonly fault?: Fault["kind"] })[];
  close(): Promise<void>;
}

/** Whether a request is a watch. */
export function isWatch({ path }: ProxiedRequest): boolean {
  return /[?&]watch=/.test(path);
}

/** Starts a proxy on a free port of this machine; with `tls` it is spoken to in https. */
export async function startFaultProxy(
  upstream: Upstream,
  tls?: { readonly key: string; readonly cert: string },
): Promise<FaultProxy> {
  const rules: { readonly rule: FaultRule; left: number }[] = [];
  const seen: (ProxiedRequest & { readonly fault?: Fault["kind"] })[] = [];
  const sockets = new Set<Socket>();
  const target = new URL(upstream.server);
  const secure = target.protocol === "https:";
  const agent = secure
    ? new https.Agent({ keepAlive: true, ca: upstream.ca, cert: upstream.cert, key: upstream.key })
    : new http.Agent({ keepAlive: true });

  function chooseFault(request: ProxiedRequest): Fault | undefined {
    const chosen = rules.find(({ rule, left }) => left > 0 && (rule.matches?.(request) ?? true));
    if (chosen === undefined) return undefined;
    chosen.left -= 1;
    return chosen.rule.fault;
  }

  function handle(request: http.IncomingMessage, answer: http.ServerResponse): void {
    const asked = { method: request.method ?? "", path: request.url ?? "" };
    const fault = chooseFault(asked);
    seen.push(fault === undefined ? asked : { ...asked, fault: fault.kind });
    switch (fault?.kind) {
      case "answer": {
        const { status, reason = "", retryAfter } = fault;
        request.resume();
        if (retryAfter !== undefined) answer.setHeader("retry-after", retryAfter);
        answer.writeHead(status, { "content-type": "application/json" });
        answer.end(
          JSON.stringify({ kind: "Status", status: "Failure", code: status, reason, message: "by the proxy" }),
        );
        return;
      }
      case "reset-before":
        breakOff(request.socket);
        return;
      case "stall":
        request.resume();
        return;
      case "strike":
        if (fault.when === "after") {
          forward(request, answer, fault);
          return;
        }
        request.resume();
        fault.act();
        return;
      case "expire": {
        const object = { kind: "Status", status: "Failure", code: 410, reason: "Expired", message: "too old" };
        answer.writeHead(200, { "content-type": "application/json" });
        answer.end(`${JSON.stringify({ type: "ERROR", object })}\n`);
        return;
      }
      default:
        forward(request, answer, fault);
    }
  }

  function forward(request: http.IncomingMessage, answer: http.ServerResponse, fault: Fault | undefined): void {
    const headers = { ...request.headers, host: target.host };
    if (upstream.token !== undefined) headers.authorization = `Bearer ${upstream.token}`;
    const path = target.pathname.replace(/\/$/, "") + request.url;
    const options = { method: request.method, host: target.hostname, port: target.port, path, headers, agent };
    const onward = (secure ? https : http).request(options, (given) => {
      if (fault?.kind === "strike") {
        given.resume().on("end", fault.act);
        return;
      }
      if (fault?.kind === "reset-after") {
        given.resume().on("end", () => breakOff(request.socket));
        return;
      }
      answer.writeHead(given.statusCode ?? 502, given.headers);
      if (fault?.kind === "cut" || fault?.kind === "hush") passLines(given, answer, request.socket, fault);
      else given.pipe(answer);
      given.on("error", () => request.socket.destroy());
    });
    onward.on("error", () => request.socket.destroy());
    // Whoever watches and goes away is not to be watched for any more.
    answer.on("close", () => {
      if (!answer.writableFinished) onward.destroy();
    });
    request.pipe(onward);
  }

  const server = tls === undefined ? http.createServer(handle) : https.createServer(tls, handle);
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => {});
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `${tls === undefined ? "http" : "https"}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    kubeconfig: makeKubeconfig(url),
    seen,
    inject: (...added) => {
      for (const rule of added) rules.push({ rule, left: rule.times ?? 1 });
    },
    heal: () => {
      rules.length = 0;
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      agent.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

// Under TLS there is no connection to reset, only one to drop.
function breakOff(socket: Socket): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}

function passLines(
  given: http.IncomingMessage,
  answer: http.ServerResponse,
  socket: Socket,
  fault: Extract<Fault, { readonly kind: "cut" | "hush" }>,
): void {
  let rest = "";
  let passed = 0;
  given.setEncoding("utf8");
  given.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      passed += 1;
      if (passed <= fault.lines) answer.write(`${line}\n`);
      else if (passed === fault.lines + 1 && fault.kind === "cut")
        answer.write(line.slice(0, line.length / 2), () => socket.destroy());
    }
  });
  given.on("end", () => {
    if (passed <= fault.lines) answer.end(rest);
  });
}

/** A kubeconfig with one context, `proxy`, for a server whose certificate need not be checked. */
export function makeKubeconfig(server: string, user: Readonly<Record<string, unknown>> = {}): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "proxy",
    clusters: [{ name: "proxy", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "proxy", user }],
    contexts: [{ name: "proxy", context: { cluster: "proxy", user: "proxy" } }],
  });
}

interface KubeconfigFile {
  readonly "current-context": string;
  readonly contexts: readonly {
    readonly name: string;
    readonly context: { readonly cluster: string; readonly user: string };
  }[];
  readonly clusters: readonly {
    readonly name: string;
    readonly cluster: Readonly<Record<string, string | undefined>>;
  }[];
  readonly users: readonly { readonly name: string; readonly user: Readonly<Record<string, string | undefined>> }[];
}

/** Where the current context of a kubeconfig leads. It must name certificates, keys or a token; login commands are not run. */
export function readUpstream(file: string): Upstream {
  const content = parse(readFileSync(file, "utf8")) as KubeconfigFile;
  const context = content.contexts.find(({ name }) => name === content["current-context"])?.context;
  const cluster = content.clusters.find(({ name }) => name === context?.cluster)?.cluster;
  const user = content.users.find(({ name }) => name === context?.user)?.user ?? {};
  if (cluster?.server === undefined) throw new Error(`${file} has no cluster in its current context`);
  const read = (from: Readonly<Record<string, string | undefined>>, name: string): string | undefined => {
    const data = from[`${name}-data`];
    if (data !== undefined) return Buffer.from(data, "base64").toString("utf8");
    const path = from[name];
    return path === undefined ? undefined : readFileSync(resolve(file, "..", path), "utf8");
  };
  const found = {
    ca: read(cluster, "certificate-authority"),
    cert: read(user, "client-certificate"),
    key: read(user, "client-key"),
    token: user.token ?? (user.tokenFile === undefined ? undefined : readFileSync(user.tokenFile, "utf8").trim()),
  };
  const given = Object.entries(found).filter(([, value]) => value !== undefined);
  return { server: cluster.server.replace(/\/+$/, ""), ...Object.fromEntries(given) };
}

// What went wrong between us and the API server, from the codes of Node and undici.
import { errorCode } from "../file-problem.ts";
import { type ApiProblem, ownProblem } from "./api-problem.ts";

const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "the name is not known",
  EAI_AGAIN: "the name cannot be looked up now",
  EHOSTUNREACH: "there is no way to the machine",
  ENETUNREACH: "there is no way to the network",
  EADDRNOTAVAIL: "no address is free for the connection",
  ETIMEDOUT: "the connection timed out",
  UND_ERR_CONNECT_TIMEOUT: "the connection timed out",
};

const UNTRUSTED = /^(CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERR_TLS_|HOSTNAME_MISMATCH)/;

/** The problem that a thrown network error means. Errors without a code are our bug and stay thrown. */
export function describeNetworkError(error: unknown, server: string, signal?: AbortSignal): ApiProblem {
  if (signal?.aborted || (error instanceof Error && error.name === "AbortError"))
    return ownProblem("Aborted", "it was given up");
  const code = findCode(error);
  if (code === undefined) throw error;
  if (Object.hasOwn(UNREACHABLE, code))
    return ownProblem("Unreachable", `the API server ${server} cannot be reached: ${UNREACHABLE[code]}`);
  if (UNTRUSTED.test(code)) return ownProblem("Credentials", `the certificate of ${server} is not trusted (${code})`);
  if (code === "UND_ERR_HEADERS_TIMEOUT" || code === "UND_ERR_BODY_TIMEOUT")
    return ownProblem("TimedOut", `the API server ${server} did not answer in time`);
  if (code === "UND_ERR_DESTROYED" || code === "UND_ERR_CLOSED")
    return ownProblem("Aborted", "the connection to the cluster was closed");
  if (code === "EPROTO" || code.startsWith("HPE_") || code === "UND_ERR_INVALID_ARG")
    return ownProblem("BadAnswer", `what answers at ${server} does not speak like an API server (${code})`);
  return ownProblem("Interrupted", `the connection to ${server} broke (${code})`);
}

function findCode(error: unknown): string | undefined {
  let at: unknown = error;
  // undici wraps the system's error, sometimes twice.
  for (let depth = 0; depth < 4 && at instanceof Error; depth++) {
    const code = errorCode(at);
    if (code !== undefined && code !== "UND_ERR_SOCKET") return code;
    if (at.cause === undefined) return code;
    at = at.cause;
  }
  return errorCode(error);
}

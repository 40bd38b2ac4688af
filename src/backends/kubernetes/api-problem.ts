// Why a request to the API server gave nothing: its own answer, or what happened on the way there. Kept are status, reason, causes and words,
// shortened; never headers or bodies, which may hold credentials and secrets.

/** One thing the server finds wrong with an object. */
export interface ApiCause {
  /** `spec.template.spec.containers[0].image`; "" when it is no field's. */
  readonly field: string;
  readonly reason: string;
  readonly message: string;
}

/**
 * What else than the server's words a `reason` may be: `Unreachable` (no connection), `Interrupted` (it broke before the answer was whole),
 * `TimedOut`, `Aborted` (by our own signal), `Credentials` (none could be had), `BadAnswer` (not what an API server says).
 */
export type OwnReason = "Unreachable" | "Interrupted" | "TimedOut" | "Aborted" | "Credentials" | "BadAnswer";

export interface ApiProblem {
  readonly ok: false;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** The server's word, such as `AlreadyExists`, `Forbidden`, `Expired`, or one of `OwnReason`. */
  readonly reason: string;
  /** One readable sentence, without what was being done. */
  readonly message: string;
  readonly causes: readonly ApiCause[];
  /** Milliseconds the server asks to wait. */
  readonly retryAfter?: number;
}

export type ApiResult<T> = { readonly ok: true; readonly value: T } | ApiProblem;

const LONGEST_MESSAGE = 600;
const LONGEST_CAUSE = 240;
const MOST_CAUSES = 5;

/** A problem with our own reason. */
export function ownProblem(reason: OwnReason, message: string): ApiProblem {
  return { ok: false, status: 0, reason, message: shorten(message, LONGEST_MESSAGE), causes: [] };
}

/** The problem that an answer of the server describes; `body` is its text, usually a `Status` object. */
export function answeredProblem(status: number, body: string, retryAfter?: string): ApiProblem {
  const parsed = parseStatus(body);
  const causes = parsed.causes.slice(0, MOST_CAUSES);
  const more = parsed.causes.length - causes.length;
  const listed = causes.map(({ field, message }) => (field === "" ? message : `\`${field}\`: ${message}`));
  if (more > 0) listed.push(`and ${more} more`);
  // With causes the message repeats them, and whole objects with them.
  const message = listed.length > 0 && status === 422 ? listed.join("; ") : parsed.message;
  const seconds = retryAfter === undefined || !/^\d{1,6}$/.test(retryAfter) ? undefined : Number(retryAfter);
  return {
    ok: false,
    status,
    reason: parsed.reason === "" ? `HTTP ${status}` : parsed.reason,
    message: shorten(message === "" ? `the server answered with HTTP status ${status}` : message, LONGEST_MESSAGE * 2),
    causes,
    ...(seconds === undefined ? {} : { retryAfter: seconds * 1000 }),
  };
}

/** "cannot create the Job `x`: exceeded quota (403 Forbidden)". `doing` is a verb with its object. */
export function describeProblem(problem: ApiProblem, doing: string): string {
  const kind = problem.status === 0 ? "" : ` (${problem.status} ${problem.reason})`.replace(/ HTTP \d+\)$/, ")");
  return `cannot ${doing}: ${problem.message}${kind}`;
}

/** Whether a namespace's quota is what stands in the way: it may be freed. */
export function isQuotaExceeded(problem: ApiProblem): boolean {
  return problem.status === 403 && /exceeded quota/.test(problem.message);
}

/** Whether the same request may be answered otherwise later, without anybody changing anything. */
export function isPassing({ status, reason }: ApiProblem): boolean {
  if (status === 0) return reason === "Unreachable" || reason === "Interrupted" || reason === "TimedOut";
  return status === 429 || status === 408 || status >= 500;
}

/** The text, its middle left out when it is longer than `limit` characters: the end often says what is wrong. */
export function shorten(text: string, limit: number): string {
  const flat = text.replace(/\s+/g, " ").trim();
  if (flat.length <= limit) return flat;
  const head = Math.floor(limit / 2) - 2;
  const tail = limit - head - 3;
  return `${flat.slice(0, head).replace(/[\uD800-\uDBFF]$/, "")}...${flat.slice(flat.length - tail).replace(/^[\uDC00-\uDFFF]/, "")}`;
}

interface ParsedStatus {
  readonly reason: string;
  readonly message: string;
  readonly causes: readonly ApiCause[];
}

function parseStatus(body: string): ParsedStatus {
  let status: unknown;
  try {
    status = JSON.parse(body);
  } catch {
    // Something between us and the server has answered, with a page for browsers perhaps.
    return { reason: "", message: shorten(body.replace(/<[^>]*>/g, " "), 200), causes: [] };
  }
  return readStatus(status);
}

function readStatus(status: unknown): ParsedStatus {
  if (!isObject(status)) return { reason: "", message: "", causes: [] };
  const details = isObject(status.details) ? status.details : {};
  const causes = Array.isArray(details.causes) ? details.causes.filter(isObject) : [];
  return {
    reason: textOf(status.reason),
    message: textOf(status.message),
    causes: causes.map((cause) => ({
      field: shorten(textOf(cause.field), LONGEST_CAUSE),
      reason: textOf(cause.reason),
      message: shorten(textOf(cause.message), LONGEST_CAUSE),
    })),
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

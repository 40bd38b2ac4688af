// What a look at a cluster before the run says: what would fail or wait there, and what could not be looked at.

/** `error`: the run would fail. `warning`: it may wait, or fail later. `not-checked`: it could not be told. */
export type FindingSeverity = "error" | "warning" | "not-checked";

/** The stable codes, each with what it is about. */
export const FINDING_CODES = {
  "cluster-not-reached": "the API server does not answer, or does not know you",
  "cluster-too-old": "the cluster's version lacks what runs are made of",
  "namespace-missing": "the namespace is not there, or is being deleted",
  "right-missing": "you may not do something that a run does",
  "driver-right-missing": "the driver in the cluster may not do something that it does",
  "object-refused": "the server refuses an object of the run",
  "pod-refused": "the server refuses the pod of a task",
  "pod-security": "the namespace's Pod Security Standard refuses the pod of a task",
  "limit-range": "a LimitRange of the namespace refuses an amount",
  "amount-needed": "a quota of the namespace refuses pods that do not say an amount",
  "quota-too-small": "a pod asks for more than a quota allows in all",
  "quota-used-up": "a quota has no room left now",
  "quota-below-peak": "a quota has less room than the run may use at once",
  "no-matching-node": "no node has the labels that a task asks for",
  "no-large-node": "no node has as much as a pod asks for",
  "taint-not-tolerated": "the nodes that would do have a taint that the pod does not tolerate",
  "growth-too-large": "no node has as much as a task may ask for after retries",
  "secret-missing": "a Secret, or a key of it, is not there",
  "config-map-missing": "a ConfigMap, or a key of it, is not there",
  "claim-missing": "a volume claim is not there or not usable",
  "account-missing": "a service account is not there",
  "class-missing": "a PriorityClass or RuntimeClass is not there",
  "queue-missing": "the queue is not there or not active",
  "image-invalid": "the name of an image cannot be right",
  "engine-image": "nothing says where the image of sluice itself is to be pulled from",
} as const;

export type FindingCode = keyof typeof FINDING_CODES;

export interface Finding {
  readonly code: FindingCode;
  readonly severity: FindingSeverity;
  /** One sentence, without a full stop. */
  readonly message: string;
  /** What would be right. */
  readonly help?: string;
}

const ORDER: readonly FindingSeverity[] = ["error", "warning", "not-checked"];

/** Errors first, then warnings; of equal ones the order stays, and what is said twice is said once. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const told = new Set<string>();
  const once = findings.filter(({ code, message }) => {
    const key = `${code} ${message}`;
    return !told.has(key) && told.add(key);
  });
  return once.sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
}

/** "`a`", "`a` and `b`", "`a`, `b` and 3 more" */
export function quoteList(names: Iterable<string>, most = 5): string {
  const all = [...new Set(names)];
  const shown = all.slice(0, all.length > most ? most - 1 : most).map((name) => `\`${name}\``);
  const last = all.length > shown.length ? `${all.length - shown.length} more` : shown.pop();
  return shown.length === 0 ? (last ?? "none") : `${shown.join(", ")} and ${last}`;
}

import { expect, test } from "vitest";
import { applyFix, findings, onlyDiagnostic } from "../harness/check-source.ts";
import { compileSource } from "../harness/compile-source.ts";
import { taskSource } from "./task-source.ts";

const BEFORE =
  'const SECURITY = { runAsUser: 1000, runAsNonRoot: true }\nconst MOUNT = { name: "data", mountPath: "/data" }\nconst GRACE = 60';
const pod = (fields: string) => taskSource(`pod { ${fields} }`, { head: "t(n: Int, f: File)", before: BEFORE });

test.each([
  'serviceAccountName: "trainer", terminationGracePeriodSeconds: GRACE',
  'volumes: [{ name: "a", emptyDir: { medium: "Memory", sizeLimit: 8Gi } }, { name: "b", persistentVolumeClaim: { claimName: "c" } }]',
  'containers: [{ name: "task", volumeMounts: [MOUNT, { ...MOUNT, readOnly: true }], ports: [{ containerPort: 80 }] }]',
  'containers: [{ livenessProbe: { httpGet: { port: "http", path: "/" } }, resources: { claims: [{ name: "gpu" }] } }]',
  "securityContext: SECURITY",
  'securityContext: { ...SECURITY, fsGroup: 100, seccompProfile: { type: "RuntimeDefault" } }',
  'initContainers: [{ name: "i", image: "a/b:1", restartPolicy: "Always", env: [{ name: "A", value: "1" }], resources: { limits: { cpu: "500m", memory: 1Gi } } }]',
  'affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: "a", operator: "In", values: ["b"] }] }] } } }',
  'topologySpreadConstraints: [{ maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "ScheduleAnyway", labelSelector: { matchLabels: { "a/b": "c" } } }]',
  'dnsConfig: { nameservers: ["1.1.1.1"] }, imagePullSecrets: [{ name: "pull" }], hostAliases: [{ ip: "10.0.0.1", hostnames: ["db"] }]',
])("accepts what Kubernetes accepts: %s", (fields) => {
  expect(findings(pod(fields))).toEqual([]);
});

test.each([
  ['serviceAcountName: "a"', "unknown-pod-field: serviceAcountName", "Did you mean `serviceAccountName`?"],
  ['volumes: [{ name: "a", hostpath: { path: "/" } }]', "unknown-pod-field: hostpath", "`pod.volumes[0]`"],
  ["nodeSelecter: {}", "unknown-pod-field: nodeSelecter", "`nodeSelector` is not set here"],
  ['volumes: [{ nam: "x" }]', "unknown-pod-field: nam", "Did you mean `name`?"],
  ["volumes: [{ emptyDir: {} }]", "missing-pod-field: { emptyDir: {} }", "needs `name`"],
  ["volumes: { }", "wrong-pod-value: { }", "a list of records"],
  ["hostNetwork: [true]", "wrong-pod-value: [true]", "not a list"],
  ['hostNetwork: "true"', 'wrong-pod-value: "true"', "Write `true`"],
  ["hostNetwork: null", "wrong-pod-value: null", "`null`"],
  ["serviceAccountName: 5", "wrong-pod-value: 5", 'Write `"5"`'],
  ["serviceAccountName: f", "known-too-late: f", "when compiling"],
  ["hostname: 5min", "wrong-pod-value: 5min", "a String"],
  ['terminationGracePeriodSeconds: "60"', 'wrong-pod-value: "60"', "Write `60`"],
  ["terminationGracePeriodSeconds: 5min", "wrong-pod-value: 5min", "Write `300`"],
  ["terminationGracePeriodSeconds: n", "known-too-late: n", "when compiling"],
  ["terminationGracePeriodSeconds: 1.5", "wrong-pod-value: 1.5", "a whole number"],
  ['dnsPolicy: "clusterfirst"', 'wrong-pod-value: "clusterfirst"', 'Write `"ClusterFirst"`'],
  ['dnsPolicy: "Other"', 'wrong-pod-value: "Other"', '"Default"'],
  ['volumes: [{ name: "a", emptyDir: { sizeLimit: "lots" } }]', 'wrong-pod-value: "lots"', "an amount"],
  ["securityContext: { ...SECURITY, runAsUser: true }", "wrong-pod-value: true", "pod.securityContext.runAsUser"],
  ["dnsConfig: SECURITY", "unknown-pod-field: SECURITY", "no field `runAsUser`"],
  ["hostname: MOUNT", "wrong-pod-value: MOUNT", "not a record"],
  ["hostNetwork: true, hostNetwork: false", "duplicate-field: hostNetwork", "twice"],
  ["nodeSelector: {}", "owned-pod-field: nodeSelector", "resources { node"],
  ["tolerations: []", "owned-pod-field: tolerations", "resources { tolerations"],
  ["activeDeadlineSeconds: 5", "owned-pod-field: activeDeadlineSeconds", "timeout 6h"],
  ['restartPolicy: "Never"', "owned-pod-field: restartPolicy", "retry"],
  ['priorityClassName: "x"', "owned-pod-field: priorityClassName", "priority"],
  ['containers: [{ image: "a" }]', "owned-pod-field: image", "write `image`"],
  ["containers: [{ env: [] }]", "owned-pod-field: env", "env"],
  ["containers: [{ resources: { limits: {} } }]", "owned-pod-field: limits", "resources"],
  ['containers: [{ name: "other" }]', 'pod-container: "other"', "called `task`"],
  ["containers: [{}, {}]", "pod-container: {}", "initContainers"],
  ["containers: MOUNT", "pod-container: MOUNT", "in place"],
  ["__proto__: 1", "unknown-pod-field: __proto__", "no field `__proto__`"],
])("says once what is wrong with %s", (fields, finding, part) => {
  const text = pod(fields);
  expect(findings(text)).toEqual([finding]);
  expect(onlyDiagnostic(text).message).toContain(part);
});

test.each([
  'serviceAcountName: "a"',
  "serviceAccountName: 5",
  'dnsPolicy: "default"',
  "terminationGracePeriodSeconds: 90s",
])("the fix of %s gives a clean program", (fields) => {
  const text = pod(fields);
  expect(findings(applyFix(text, onlyDiagnostic(text)))).toEqual([]);
});

test("the plan holds the pod's fields as Kubernetes writes them", () => {
  const text = `${taskSource(
    `pod { volumes: [{ name: "a", emptyDir: { sizeLimit: 8Gi } }, { name: "b", configMap: {} }], securityContext: { ...SECURITY, fsGroup: 5 } }`,
    { before: BEFORE },
  )}pipeline main() { do t() }`;
  const { plan, diagnostics } = compileSource(text);
  expect(diagnostics).toEqual([]);
  expect(JSON.parse(JSON.stringify(plan?.tasks[0]?.pod))).toEqual({
    volumes: [
      { name: "a", emptyDir: { sizeLimit: "8Gi" } },
      { name: "b", configMap: {} },
    ],
    securityContext: { runAsUser: 1000, runAsNonRoot: true, fsGroup: 5 },
  });
});

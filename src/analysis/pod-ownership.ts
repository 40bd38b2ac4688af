// What of a pod spec sluice has statements for, or decides itself: such fields are refused in `pod`, with what to write in their place.

/** Fields of the pod spec. */
export const OWNED_POD_FIELDS: ReadonlyMap<string, string> = new Map([
  ["activeDeadlineSeconds", "write `timeout 6h` in the task"],
  ["ephemeralContainers", "Kubernetes takes them only for a pod that runs already"],
  ["nodeSelector", 'write `resources { node: { disktype: "ssd" } }`'],
  ["priority", 'write `resources { priority: "class" }`, from which Kubernetes takes the number'],
  ["priorityClassName", 'write `resources { priority: "class" }`'],
  ["resources", "write `resources { … }` in the task"],
  ["restartPolicy", "a pod runs one attempt, and `retry` lines say what follows"],
  ["serviceAccount", "it is the old name of `serviceAccountName`"],
  ["tolerations", "write `resources { tolerations: [..] }`"],
]);

/** Fields of the task's own container. */
export const OWNED_CONTAINER_FIELDS: ReadonlyMap<string, string> = new Map([
  ["args", "write `args [..]` or `run [..]` in the task"],
  ["command", "write `run [..]` in the task"],
  ["env", "write `env { … }` in the task"],
  ["image", "write `image` in the task"],
  ["restartPolicy", "a container runs one attempt, and `retry` lines say what follows"],
  ["restartPolicyRules", "a container runs one attempt, and `retry` lines say what follows"],
  ["terminationMessagePath", "the runtime reads the task's result from it"],
  ["terminationMessagePolicy", "the runtime reads the task's result from the message"],
]);

/** Fields of the resources of the task's own container; `claims` are free. */
export const OWNED_CONTAINER_RESOURCES: ReadonlyMap<string, string> = new Map([
  ["limits", "write `resources { memory: 8Gi..16Gi }` in the task"],
  ["requests", "write `resources { memory: 8Gi..16Gi }` in the task"],
]);

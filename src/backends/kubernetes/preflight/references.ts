// What pods name that must be in the cluster already. In: pods. Out: each thing once, with the keys that are needed of it and who needs it.
import type { FileSource, KeyReference, PodShape } from "./pod-shape.ts";

export interface Reference {
  readonly name: string;
  readonly keys: Set<string>;
  readonly who: Set<string>;
}

/** By name. */
type References = Map<string, Reference>;

export interface PodReferences {
  readonly secrets: References;
  readonly configMaps: References;
  readonly pullSecrets: References;
  readonly claims: References;
  readonly accounts: References;
  readonly priorityClasses: References;
  readonly runtimeClasses: References;
}

/** All that the pods name, but what they can do without. */
export function podReferences(pods: readonly PodShape[]): PodReferences {
  const found: PodReferences = {
    secrets: new Map(),
    configMaps: new Map(),
    pullSecrets: new Map(),
    claims: new Map(),
    accounts: new Map(),
    priorityClasses: new Map(),
    runtimeClasses: new Map(),
  };
  for (const { who, spec } of pods) {
    const add = (to: References, name: string | undefined, keys: readonly string[] = []): void => {
      if (name === undefined) return;
      const reference = to.get(name) ?? { name, keys: new Set(), who: new Set() };
      for (const key of keys) reference.keys.add(key);
      reference.who.add(who);
      to.set(name, reference);
    };
    const addKey = (to: References, from: KeyReference | undefined): void => {
      if (from && !from.optional) add(to, from.name, [from.key]);
    };
    const addFiles = (to: References, from: FileSource | undefined): void => {
      if (from && !from.optional)
        add(
          to,
          from.secretName ?? from.name,
          from.items?.map(({ key }) => key),
        );
    };
    for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
      for (const { valueFrom } of container.env ?? []) {
        addKey(found.secrets, valueFrom?.secretKeyRef);
        addKey(found.configMaps, valueFrom?.configMapKeyRef);
      }
      for (const { secretRef, configMapRef } of container.envFrom ?? []) {
        addFiles(found.secrets, secretRef);
        addFiles(found.configMaps, configMapRef);
      }
    }
    for (const { secret, configMap, projected, persistentVolumeClaim } of spec.volumes ?? []) {
      addFiles(found.secrets, secret);
      addFiles(found.configMaps, configMap);
      for (const source of projected?.sources ?? []) {
        addFiles(found.secrets, source.secret);
        addFiles(found.configMaps, source.configMap);
      }
      add(found.claims, persistentVolumeClaim?.claimName);
    }
    for (const { name } of spec.imagePullSecrets ?? []) add(found.pullSecrets, name);
    add(found.accounts, spec.serviceAccountName);
    add(found.priorityClasses, spec.priorityClassName);
    add(found.runtimeClasses, spec.runtimeClassName);
  }
  return found;
}

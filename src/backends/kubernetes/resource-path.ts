// Where the API server keeps each kind of object that is used here.

const GROUPS = {
  configmaps: "/api/v1",
  events: "/api/v1",
  persistentvolumeclaims: "/api/v1",
  pods: "/api/v1",
  podtemplates: "/api/v1",
  resourcequotas: "/api/v1",
  secrets: "/api/v1",
  serviceaccounts: "/api/v1",
  jobs: "/apis/batch/v1",
  cronjobs: "/apis/batch/v1",
  leases: "/apis/coordination.k8s.io/v1",
  roles: "/apis/rbac.authorization.k8s.io/v1",
  rolebindings: "/apis/rbac.authorization.k8s.io/v1",
  workflows: "/apis/argoproj.io/v1alpha1",
} as const;

/** A namespaced kind, by its name in paths. */
export type Resource = keyof typeof GROUPS;

/** The path of a collection, of one object of it, or of a part of that object (`log`, `eviction`); without a query. */
export function resourcePath(resource: Resource, namespace: string, name?: string, part?: string): string {
  const collection = `${GROUPS[resource]}/namespaces/${encodeURIComponent(namespace)}/${resource}`;
  if (name === undefined) return collection;
  const object = `${collection}/${encodeURIComponent(name)}`;
  return part === undefined ? object : `${object}/${part}`;
}

/** The path with these query parameters added; those that are undefined are left out. */
export function withQuery(path: string, query: Readonly<Record<string, string | number | undefined>>): string {
  const parts = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(value)}`],
  );
  if (parts.length === 0) return path;
  return `${path}${path.includes("?") ? "&" : "?"}${parts.join("&")}`;
}

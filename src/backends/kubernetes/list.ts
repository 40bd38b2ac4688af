// All objects of a collection, page by page, so that neither the server nor we hold them all as they come.
import { type ApiResult, ownProblem } from "./api-problem.ts";
import type { ClusterClient, RequestOptions } from "./client.ts";
import type { ClusterObject } from "./objects.ts";

export interface Listed<T> {
  readonly items: readonly T[];
  /** Where a watch goes on from. */
  readonly resourceVersion: string;
}

export interface Selection {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

interface Page<T> {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: readonly T[];
}

/** Objects on a page: few enough to hold even when they are large. */
const PAGE = 250;
/** A page asked for too late makes the list start over; this often at most. */
const RESTARTS = 5;

/** Lists a collection; `project` says what is kept of each object, so that little memory is needed. */
export async function list<O extends ClusterObject, T>(
  client: ClusterClient,
  path: string,
  selection: Selection,
  project: (object: O) => T,
  options: Pick<RequestOptions, "signal" | "patience"> & { readonly page?: number } = {},
): Promise<ApiResult<Listed<T>>> {
  const { page: limit = PAGE, ...rest } = options;
  for (let restart = 0; ; restart++) {
    const items: T[] = [];
    let token: string | undefined;
    for (;;) {
      const query = { ...selection, limit, continue: token };
      const page = await client.request<Page<O>>("GET", path, { ...rest, query });
      if (!page.ok) {
        if (page.status === 410 && token !== undefined && restart < RESTARTS) break;
        return page;
      }
      const { metadata, items: found } = page.value;
      if (!Array.isArray(found) || typeof metadata?.resourceVersion !== "string")
        return ownProblem("BadAnswer", `what answers at ${client.server} gives no list`);
      for (const object of found as readonly O[]) items.push(project(object));
      token = metadata.continue === "" ? undefined : metadata.continue;
      if (token === undefined) return { ok: true, value: { items, resourceVersion: metadata.resourceVersion } };
    }
  }
}

// The root of a run while it is driven: somebody may ask the run to end, or delete it.
import type { ClusterClient } from "./client.ts";
import { CANCEL_ANNOTATION } from "./cluster-run.ts";
import type { RunRoot } from "./create-once.ts";
import type { ConfigMap } from "./objects.ts";
import { resourcePath } from "./resource-path.ts";
import { follow } from "./watch.ts";

export interface WatchRootOptions {
  readonly client: ClusterClient;
  readonly namespace: string;
  readonly root: RunRoot;
  readonly signal: AbortSignal;
  /** `force`: tasks get no time to end. Called again with each change of the root. */
  readonly cancelled: (force: boolean) => void;
  readonly gone: () => void;
}

interface Seen {
  readonly uid: string | undefined;
  readonly mark: string | undefined;
}

/** Follows the root until the signal. */
export function watchRoot({ client, namespace, root, signal, cancelled, gone }: WatchRootOptions): Promise<void> {
  const see = ({ uid, mark }: Seen): void => {
    if (uid !== root.uid) gone();
    else if (mark !== undefined) cancelled(mark === "force");
  };
  return follow<ConfigMap, Seen>(client, resourcePath("configmaps", namespace), {
    fieldSelector: `metadata.name=${root.name}`,
    signal,
    project: ({ metadata }) => ({ uid: metadata.uid, mark: metadata.annotations?.[CANCEL_ANNOTATION] }),
    sync: (items) => {
      if (items.length === 0) gone();
      else for (const item of items) see(item);
    },
    change: (type, item) => {
      if (type !== "DELETED") see(item);
      else if (item.uid === root.uid) gone();
    },
  });
}

// `storage` of a profile: where Files are kept in a cluster. In: data that the schema of sluice.yaml accepts. Out: settings with defaults filled in.
import type { Storage } from "./kubernetes-profile.ts";
import { findEntry, textOf, type YamlData } from "./yaml-data.ts";

/** The storage; undefined where none is named. */
export function toStorage(data: YamlData | undefined): Storage | undefined {
  if (!data) return undefined;
  const claim = textOf(findEntry(data, "pvc")?.value);
  if (claim !== undefined) return { kind: "pvc", claim };
  const s3 = findEntry(data, "s3")?.value;
  if (!s3) return undefined;
  const text = (name: string) => textOf(findEntry(s3, name)?.value);
  const endpoint = text("endpoint");
  const region = text("region") ?? (endpoint === undefined ? undefined : "us-east-1");
  const pathStyle = findEntry(s3, "path_style")?.value;
  const secret = text("secret");
  const prefix = (text("prefix") ?? "").replace(/\/+$/, "");
  return {
    kind: "s3",
    bucket: text("bucket") ?? "",
    prefix: prefix === "" ? "" : `${prefix}/`,
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
    pathStyle: pathStyle?.kind === "scalar" ? pathStyle.value === true : endpoint !== undefined,
    ...(secret !== undefined && { secret }),
  };
}

// The grammar of image names that all registries and container runtimes share.

const PATH_PART = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$/;
const HOST =
  /^([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9a-fA-F:]+\])(:\d{1,5})?$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

const ELLIPSIS = "…";
/** Characters of a name without tag and digest. */
const LONGEST = 255;

/** A name taken apart, or why it is none: a few words that begin with "it" or "its", and what was perhaps meant. */
export type ImageName =
  | {
      readonly ok: true;
      readonly tag?: string;
      readonly digest?: string;
      /** An ellipsis stands for the end of its digest, as in documentation: no registry can find it. */
      readonly isShortened?: true;
    }
  | { readonly ok: false; readonly problem: string; readonly instead?: string };

/** Reads `host:port/path:tag@algorithm:digest`; host, tag and digest may be absent. */
export function readImageName(text: string): ImageName {
  if (text === "") return { ok: false, problem: "it is empty" };
  if (/\s/.test(text)) {
    const trimmed = text.trim();
    const fixed = !/\s/.test(trimmed) && readImageName(trimmed).ok;
    return { ok: false, problem: "it contains blanks", ...(fixed && { instead: trimmed }) };
  }
  const scheme = /^[a-z-]+:\/\//i.exec(text)?.[0];
  if (scheme) {
    const rest = text.slice(scheme.length);
    return { ok: false, problem: `it begins without \`${scheme}\``, ...(readImageName(rest).ok && { instead: rest }) };
  }
  const at = text.indexOf("@");
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const named = at < 0 ? text : text.slice(0, at);
  const digestProblem = digest === undefined ? undefined : findDigestProblem(digest);
  if (digestProblem !== undefined) return { ok: false, problem: digestProblem };
  const colon = named.indexOf(":", named.lastIndexOf("/") + 1);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  const path = colon < 0 ? named : named.slice(0, colon);
  if (tag === "") return { ok: false, problem: "there is no tag after the colon" };
  if (tag !== undefined && !TAG.test(tag))
    return { ok: false, problem: `\`${tag}\` is not a tag (letters, digits, \`_\`, \`.\` and \`-\`)` };
  const pathProblem = findPathProblem(path, text);
  if (pathProblem) return { ok: false, ...pathProblem };
  if (path.length > LONGEST) return { ok: false, problem: `its name is longer than ${LONGEST} characters` };
  return {
    ok: true,
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest, ...(digest.endsWith(ELLIPSIS) && { isShortened: true }) }),
  };
}

function findDigestProblem(digest: string): string | undefined {
  if (/^[a-z0-9]+:[0-9a-f]*…$/.test(digest)) return undefined;
  const [algorithm, hex] = [digest.slice(0, digest.indexOf(":")), digest.slice(digest.indexOf(":") + 1)];
  const length = algorithm === "sha256" ? 64 : algorithm === "sha512" ? 128 : undefined;
  if (length === undefined) return "a digest begins with `sha256:`";
  if (!/^[0-9a-f]*$/.test(hex)) return "a digest is written with the digits 0–9 and a–f";
  return hex.length === length ? undefined : `a ${algorithm} digest has ${length} digits, and this has ${hex.length}`;
}

function findPathProblem(path: string, text: string): { problem: string; instead?: string } | undefined {
  const parts = path.split("/");
  const first = parts[0]!;
  const hasHost = parts.length > 1 && (/[.:]/.test(first) || first === "localhost");
  if (hasHost && !HOST.test(first)) return { problem: `\`${first}\` is not the name of a registry` };
  for (const part of hasHost ? parts.slice(1) : parts) {
    if (part === "") return { problem: "there is an empty part between its slashes" };
    if (PATH_PART.test(part)) continue;
    if (PATH_PART.test(part.toLowerCase())) {
      const rest = text.slice(path.length);
      const lower = hasHost ? `${first}/${parts.slice(1).join("/").toLowerCase()}` : path.toLowerCase();
      return {
        problem: "its path is written in small letters",
        ...(readImageName(lower + rest).ok && { instead: lower + rest }),
      };
    }
    return { problem: `\`${part}\` has signs other than letters, digits, \`.\`, \`_\` and \`-\` between them` };
  }
  return undefined;
}

// What is wrong with the name of an image, by the grammar of references that all registries and container runtimes share.

const HOST =
  /^(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::\d+)?$|^\[[0-9a-fA-F:]+\](?::\d+)?$/;
const PART = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;
const LONGEST = 255;

/** Why it can be no image, in a few words; undefined when it can be one. */
export function imageProblem(image: string): string | undefined {
  if (image === "") return "it is empty";
  if (/\s/.test(image)) return "it holds a blank";
  if (image.includes("://")) return "it begins like a web address: leave out what stands before `//`, and that";
  const [named = "", ...digests] = image.split("@");
  if (digests.length > 1 || (digests[0] !== undefined && !DIGEST.test(digests[0])))
    return `\`${digests.join("@")}\` is no digest, such as \`sha256:\` and 64 hexadecimal digits`;
  const slash = named.lastIndexOf("/");
  const colon = named.indexOf(":", slash + 1);
  const name = colon < 0 ? named : named.slice(0, colon);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  if (tag !== undefined && !TAG.test(tag)) return tag === "" ? "its tag is empty" : `\`${tag}\` is no tag`;
  const parts = name.split("/");
  const [first = ""] = parts;
  const isHost = parts.length > 1 && (/[.:]/.test(first) || first === "localhost");
  if (isHost && !HOST.test(first)) return `\`${first}\` is no host of a registry`;
  const path = isHost ? parts.slice(1) : parts;
  const wrong = path.find((part) => !PART.test(part));
  if (wrong !== undefined)
    return wrong === ""
      ? "a part of its name is empty"
      : PART.test(wrong.toLowerCase())
        ? `\`${wrong}\` has capitals, which names of images do not have`
        : `\`${wrong}\` is no part of an image's name`;
  return name.length > LONGEST ? `its name is longer than ${LONGEST} characters` : undefined;
}

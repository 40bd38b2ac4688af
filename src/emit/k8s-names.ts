// Names in the cluster. In: names and keys of the program, of any length and spelling. Out: object names and label values that Kubernetes
// takes: readable where they can be, and always with a hash of the whole identity where two identities could look alike.
import { sha256 } from "../util/sha256.ts";

/** Characters of an object's name that is also a label value, as that of a Job is. */
export const LONGEST_NAME = 63;
/** Of a CronJob, which adds 11 to the name of each Job. */
export const LONGEST_CRON_NAME = 52;
/** Of an Indexed Job, which adds its index to the names of pods: `-99999` and a random suffix stay uncut. */
export const LONGEST_INDEXED_NAME = 51;

// No vowels: a hash never spells a word.
const ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
const HASH_LENGTH = 10;

/** Ten characters for an identity of any length: equal identities, equal characters. */
export function shortHash(identity: string): string {
  let rest = BigInt(`0x${sha256(identity).slice(0, 16)}`);
  let text = "";
  for (let at = 0; at < HASH_LENGTH; at++) {
    text += ALPHABET[Number(rest % BigInt(ALPHABET.length))];
    rest /= BigInt(ALPHABET.length);
  }
  return text;
}

/** Lower-case letters, digits and single dashes, at most `length` characters; may be empty. */
export function slug(text: string, length: number): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, Math.max(0, length))
    .replace(/-+$/, "");
}

/** `hp-sweep-train-a1-wq4x7hzk2m`: the parts for people, cut to fit, and a hash of the identity, which alone tells objects apart. */
export function objectName(parts: readonly string[], identity: string, length = LONGEST_NAME): string {
  return withHash(
    parts
      .map((part) => slug(part, length))
      .filter((part) => part !== "")
      .join("-"),
    identity,
    length,
  );
}

/** The name of what exists once for a pipeline. Without a hash where the spelling of the pipeline's name allows no other: `hp-sweep`. */
export function pipelineName(pipeline: string, suffix = "", length = LONGEST_NAME): string {
  const room = length - suffix.length;
  const plain = pipeline.replaceAll("_", "-");
  if (/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(plain) && plain.length <= room) return `${plain}${suffix}`;
  return `${withHash(slug(pipeline, room), pipeline, room)}${suffix}`;
}

/** The name of the object of one attempt; attempts of one instance share all but the number at the end. */
export function attemptName(parts: readonly string[], identity: string, attempt: number): string {
  const suffix = `-${attempt}`;
  return `${objectName(parts, identity, LONGEST_NAME - suffix.length)}${suffix}`;
}

function withHash(text: string, identity: string, length: number): string {
  const start = slug(text, length - HASH_LENGTH - 1);
  const hash = shortHash(identity);
  // A name must begin with a letter where it becomes a part of a host name; all letters of the hash are.
  return start === ""
    ? `x${hash}`
    : /^[a-z]/.test(start)
      ? `${start}-${hash}`
      : `x${slug(start, length - HASH_LENGTH - 2)}-${hash}`;
}

const LABEL_VALUE = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** A label value for any text: the text itself where it is one, else its beginning and a hash. */
export function labelValue(text: string): string {
  return LABEL_VALUE.test(text) ? text : withHash(slug(text, LONGEST_NAME), text, LONGEST_NAME);
}

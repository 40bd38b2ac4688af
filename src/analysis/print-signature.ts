// Signatures of tasks and pipelines as messages quote them.
import { toText } from "../types/encode.ts";
import { printType } from "../types/print.ts";
import type { Signature } from "./program.ts";

/** `train(exp: Experiment, epochs: Int = 10) -> Score`. */
export function printSignature(signature: Signature): string {
  const parameters = signature.parameters.map(({ name, type, default: value }) => {
    if (value === undefined) return `${name}: ${printType(type)}`;
    const text = value === null ? "null" : type.kind === "string" ? JSON.stringify(value) : toText(value, type);
    return `${name}: ${printType(type)} = ${text}`;
  });
  const result = signature.result.kind === "none" ? "" : ` -> ${printType(signature.result)}`;
  return `${signature.name}(${parameters.join(", ")})${result}`;
}

/** Closes a switch over a union: a case left out does not compile. Reaching it is our bug. */
export function assertNever(value: never): never {
  throw new Error(`unexpected case ${JSON.stringify(value)}`);
}

// The units of sizes, in bytes, as expr-lang numbers.

/** Units that sizes are printed in, largest first: binary, then decimal. */
export const PRINTED_UNITS: readonly (readonly (readonly [unit: string, bytes: string])[])[] = [
  [
    ["Pi", "1125899906842624"],
    ["Ti", "1099511627776"],
    ["Gi", "1073741824"],
    ["Mi", "1048576"],
    ["Ki", "1024"],
  ],
  [
    ["P", "1000000000000000"],
    ["T", "1000000000000"],
    ["G", "1000000000"],
    ["M", "1000000"],
    ["k", "1000"],
  ],
];

/** Units of Kubernetes quantities; none is the end of one that stands before it. */
export const QUANTITY_UNITS: readonly (readonly [unit: string, bytes: string])[] = [
  ["Ei", "1152921504606846976"],
  ...PRINTED_UNITS[0]!,
  ["E", "1000000000000000000"],
  ...PRINTED_UNITS[1]!,
  ["m", "0.001"],
  ["u", "0.000001"],
  ["n", "0.000000001"],
];

// The amounts of `resources` that are numbers of something divisible.

/** The amounts that may be ranges, and that a retry may grow. cpu in cores, the others in bytes. */
export const AMOUNTS = ["cpu", "memory", "storage", "shared_memory"] as const;
export type Amount = (typeof AMOUNTS)[number];

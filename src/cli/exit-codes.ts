// What the exit code of `sluice` says.

/** Nothing to complain of. */
export const EXIT_OK = 0;
/** Errors in the source, the parameters or the configuration. */
export const EXIT_SOURCE = 1;
/** The command line is wrong. */
export const EXIT_USAGE = 2;
/** A mistake of ours. */
export const EXIT_CRASH = 3;
/** The run failed. */
export const EXIT_RUN_FAILED = 4;
/** The run was cancelled. */
export const EXIT_CANCELLED = 5;
/** `diff`: the cluster differs, as `kubectl diff` says it. */
export const EXIT_DIFFERS = 1;
/** `diff`: what differs could not be told. */
export const EXIT_NOT_COMPARED = 2;
/** The run has not ended and goes on without this program, or can be gone on with: it was left to the cluster, or its driver had to stop. */
export const EXIT_GOES_ON = 6;
/** The cluster cannot be reached, or refuses what it was asked for. */
export const EXIT_CLUSTER = 7;

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

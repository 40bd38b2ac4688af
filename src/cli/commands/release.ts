// `sluice release`: lets go of pods that are kept until somebody records their end, so that a namespace or a run can be removed without a driver.
import { releasePods } from "../../backends/kubernetes/release.ts";
import { need, onClusterHere } from "../cluster/on-cluster.ts";
import { type CommandAction, UsageError } from "../command.ts";
import { EXIT_OK } from "../exit-codes.ts";
import { plural } from "../ui/text.ts";

// The root of the run may be gone already, so that its name cannot be looked up.
const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

export const release: CommandAction = (invocation, io) => {
  const [run] = invocation.operands;
  const all = invocation.has("all");
  if ((run === undefined) === !all) throw new UsageError("name one run, or say --all for all of the namespace");
  if (run !== undefined && !NAME.test(run)) throw new UsageError(`\`${run}\` is not the full name of a run`);
  return onClusterHere(invocation, io, async ({ client, steps }) => {
    steps.step("letting go of pods");
    const released = need(await releasePods(client, run));
    const of = run === undefined ? `namespace ${client.namespace}` : `run ${run}`;
    io.stderr.write(`${plural(released, "pod")} of ${of} let go\n`);
    return EXIT_OK;
  });
};

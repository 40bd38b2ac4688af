// `sluice stage-in`, in a pod before its task begins: copies Files to where the task's arguments say that they are.
import { openBucket } from "../../collect/bucket.ts";
import { stageIn } from "../../collect/stage-in.ts";
import { STAGE_IN_EXIT } from "../../emit/collect.ts";
import type { CommandAction } from "../command.ts";
import { EXIT_OK, EXIT_SOURCE } from "../exit-codes.ts";
import { readBucketSettings } from "../read-bucket-settings.ts";

export const stageInCommand: CommandAction = async (invocation, io) => {
  const settings = readBucketSettings(invocation) ?? { pathStyle: false };
  const staged = await stageIn(invocation.operands, { root: "", open: (bucket) => openBucket(bucket, settings) });
  if (staged.ok) return EXIT_OK;
  io.stderr.write(`${staged.message}\n`);
  switch (staged.code) {
    case "ENOENT":
    case "EACCES":
      return STAGE_IN_EXIT.missing;
    case "ENOSPC":
    case "EDQUOT":
      return STAGE_IN_EXIT.full;
    default:
      return EXIT_SOURCE;
  }
};

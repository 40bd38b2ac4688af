import { defineConfig } from "vitest/config";

// One file after another: a test may restart the API server under all of them.
// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export
export default defineConfig({
  test: {
    include: ["test/cluster/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: "threads",
    fileParallelism: false,
    // There the machine is shared with others, and pods may take minutes for what takes seconds.
    retry: process.env.CI ? 1 : 0,
  },
});

/** Processes: those of child_process and of cluster begin anew, so that each makes clients of its own. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Program } from "./support/programs.mjs";
import { startScripted } from "./support/server.mjs";

test("the workers of a cluster, and a child that was forked, make calls as the primary does", async (context) => {
  const scripted = await startScripted(context);
  const cluster = fileURLToPath(new URL("support/cluster.cjs", import.meta.url));
  const program = new Program(process.execPath, [cluster], { env: { ...process.env, ADDRESS: scripted.url } });
  assert.deepEqual(await program.end(), { said: "20 20 20 20\n", code: 0, signal: null });
  assert.equal(scripted.requests.length, 80);
});

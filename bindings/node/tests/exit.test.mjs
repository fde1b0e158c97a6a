/** A process that ends with calls under way: at once, with its own exit code, and without a word. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Program } from "./support/programs.mjs";
import { stalls, startScripted } from "./support/server.mjs";

const waiting = (url, then) => `
  const { Client } = require("libverigator");
  const client = new Client("demo", "demo-password", { baseUrl: ${JSON.stringify(url)} });
  for (let index = 0; index < 1000; index++) {
    client.getService("s1").catch(() => {});
  }
  process.stdout.write("waiting\\n", () => { ${then} });
`;

async function endOf(context, then, during = () => {}) {
  const scripted = await startScripted(context, stalls);
  const program = new Program(process.execPath, ["--eval", waiting(scripted.url, then)]);
  await program.until("waiting\n");
  await scripted.came(1);
  during(program);
  const ended = await program.end();
  return { ...ended, said: ended.said.trim() };
}

test("process.exit", async (context) => {
  assert.deepEqual(await endOf(context, "setTimeout(() => process.exit(7), 50)"), { said: "", code: 7, signal: null });
});

test("an uncaught exception", async (context) => {
  const { code, said } = await endOf(context, 'setTimeout(() => { throw new Error("mine"); }, 50)');
  assert.equal(code, 1);
  assert.match(said, /Error: mine/);
});

test("a signal", async (context) => {
  const { signal } = await endOf(context, "", (program) => program.process.kill("SIGTERM"));
  assert.equal(signal, "SIGTERM");
});

test("process.exit while calls end, again and again", async (context) => {
  const scripted = await startScripted(context);
  for (let round = 0; round < 10; round++) {
    const then = `setTimeout(() => process.exit(3), ${round})`;
    const program = new Program(process.execPath, ["--eval", waiting(scripted.url, then)]);
    const [code] = await once(program.process, "exit");
    assert.equal(code, 3);
  }
});

/** The event loop: what keeps it alive, what else it sees to, and whose asynchronous context goes on. */

import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { test } from "node:test";
import { runScript } from "./support/programs.mjs";
import { SERVICE, says, startScripted } from "./support/server.mjs";

const script = (url, body) => `
  import { Client } from "libverigator";
  const client = new Client("demo", "demo-password", { baseUrl: ${JSON.stringify(url)} });
  ${body}
`;

test("a process with a client that was not closed ends", async (context) => {
  const scripted = await startScripted(context);
  const ended = await runScript(script(scripted.url, 'console.log((await client.getService("s1")).id);'));
  assert.deepEqual(ended, { said: "s1\n", code: 0, signal: null });
});

test("a process ends only when its calls have", async (context) => {
  const scripted = await startScripted(context, (_request, response) =>
    setTimeout(() => says(response, 200, SERVICE), 100),
  );
  const ended = await runScript(script(scripted.url, 'client.getService("s1").then(({ id }) => console.log(id));'));
  assert.deepEqual(ended, { said: "s1\n", code: 0, signal: null });
});

test("the asynchronous context goes on after a call, also after one that failed", async (context) => {
  const scripted = await startScripted(context, (request, response) =>
    says(response, request.url.endsWith("s1") ? 200 : 404, SERVICE),
  );
  const client = scripted.client();
  const storage = new AsyncLocalStorage();
  const seen = await Promise.all(
    [1, 2, 3].map((number) =>
      storage.run(number, async () => {
        await client.getService("s1");
        const after = storage.getStore();
        await client.getService("none").catch(() => {});
        return [number, after, storage.getStore()];
      }),
    ),
  );
  assert.deepEqual(seen, [
    [1, 1, 1],
    [2, 2, 2],
    [3, 3, 3],
  ]);
});

test("timers fire while calls end without a pause, each of which begins another", async (context) => {
  const scripted = await startScripted(context);
  const client = scripted.client();
  let goesOn = true;
  const worker = async () => {
    while (goesOn) {
      await client.getService("s1");
    }
  };
  const workers = Array.from({ length: 300 }, worker);
  await new Promise((fired) => setTimeout(fired, 50));
  goesOn = false;
  await Promise.all(workers);
});

test("a thousand calls at once all come out, more than are taken in a turn", async (context) => {
  const waiting = [];
  const scripted = await startScripted(context, (_request, response) => {
    waiting.push(response);
    if (waiting.length === 200) {
      // All at once, so that the queue is fuller than a turn.
      waiting.splice(0).forEach((each) => {
        says(each, 200, SERVICE);
      });
    }
  });
  const client = scripted.client({ maxConnections: 200 });
  const answers = await Promise.all(Array.from({ length: 1000 }, () => client.getService("s1")));
  assert.equal(answers.length, 1000);
});

test("calls wait side by side", async (context) => {
  const scripted = await startScripted(context, (_request, response) =>
    setTimeout(() => says(response, 200, SERVICE), 300),
  );
  const client = scripted.client();
  const begun = performance.now();
  await Promise.all(Array.from({ length: 32 }, () => client.getService("s1")));
  assert.ok(performance.now() - begun < 32 * 300 * 0.5);
});

test("what is thrown after a call is not lost", async (context) => {
  const scripted = await startScripted(context);
  const ended = await runScript(
    script(scripted.url, 'client.getService("s1").then(() => { throw new Error("mine"); });'),
  );
  assert.equal(ended.code, 1);
  assert.match(ended.said, /Error: mine/);
});

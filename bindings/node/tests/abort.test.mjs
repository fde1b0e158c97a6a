/** Signals: what they end, what they leave, and what of them is left. */

import assert from "node:assert/strict";
import { getEventListeners, once } from "node:events";
import { test } from "node:test";
import { CallCancelledError } from "libverigator";
import { SERVICE, says, stalls, startScripted } from "./support/server.mjs";

test("an abort ends a call that waits, and tells whether it may have been sent", async (context) => {
  const scripted = await startScripted(context, stalls);
  const controller = new AbortController();
  const reason = new Error("the user left");
  const waiting = scripted.client().getService("s1", { signal: controller.signal });
  await scripted.came(1);
  controller.abort(reason);
  await assert.rejects(waiting, (error) => {
    assert.ok(error instanceof CallCancelledError);
    assert.equal(error.name, "AbortError");
    assert.equal(error.code, "CANCELLED");
    assert.equal(error.cause, reason);
    assert.equal(error.maybeSent, true);
    return true;
  });
});

test("a signal that was aborted before makes no call", async (context) => {
  const scripted = await startScripted(context);
  const signal = AbortSignal.abort();
  await assert.rejects(scripted.client().getService("s1", { signal }), {
    name: "AbortError",
    code: "CANCELLED",
    maybeSent: false,
    retrySafe: true,
    cause: signal.reason,
  });
  assert.equal(scripted.requests.length, 0);
});

test("a signal that is a timeout", async (context) => {
  const scripted = await startScripted(context, stalls);
  await assert.rejects(scripted.client().getService("s1", { signal: AbortSignal.timeout(10) }), (error) => {
    assert.equal(error.cause.name, "TimeoutError");
    return true;
  });
});

test("an abort ends its own calls only, and the next ones work", async (context) => {
  let answer = stalls;
  const scripted = await startScripted(context, (request, response) => answer(request, response));
  const client = scripted.client();
  const controller = new AbortController();
  const mine = client.getService("mine", { signal: controller.signal });
  const other = client.getService("other", { signal: new AbortController().signal, timeout: 200 });
  await scripted.came(2);
  controller.abort();
  await assert.rejects(mine, { name: "AbortError" });
  await assert.rejects(other, { name: "DeadlineExceededError" });
  answer = (_request, response) => says(response, 200, SERVICE);
  assert.equal((await client.getService("s1")).id, "s1");
});

test("an answer that came before the abort is heard of is kept", async (context) => {
  const scripted = await startScripted(context);
  const client = scripted.client();
  const moment = new Int32Array(new SharedArrayBuffer(4));
  const kept = async (milliseconds) => {
    const controller = new AbortController();
    const call = client.getService("s1", { signal: controller.signal });
    await once(scripted.server, "request");
    await new Promise(setImmediate);
    // The loop cannot hear of the end, which the queue's thread sees.
    Atomics.wait(moment, 0, 0, milliseconds);
    controller.abort();
    return await call.then(
      ({ id }) => id === "s1",
      () => false,
    );
  };
  // How long the thread needs is the machine's to say.
  for (let milliseconds = 10; !(await kept(milliseconds)); milliseconds *= 2) {
    assert.ok(milliseconds < 10000);
  }
});

test("ten thousand calls on one signal leave no listener, and warn of none", async (context) => {
  const scripted = await startScripted(context);
  const client = scripted.client();
  const { signal } = new AbortController();
  const warnings = [];
  const warn = (warning) => warnings.push(warning);
  process.on("warning", warn);
  let left = 10000;
  const worker = async () => {
    while (left-- > 0) {
      await client.getService("s1", { signal });
    }
  };
  await Promise.all(Array.from({ length: 64 }, worker));
  assert.equal(getEventListeners(signal, "abort").length, 0);
  process.off("warning", warn);
  assert.deepEqual(warnings, []);
});

test("a call that failed leaves no listener either", async (context) => {
  const scripted = await startScripted(context, (_request, response) => says(response, 404, {}));
  const { signal } = new AbortController();
  await assert.rejects(scripted.client().getService("s1", { signal }));
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("aborts at every moment: each call ends once, with an answer or as cancelled", async (context) => {
  const scripted = await startScripted(context);
  const client = scripted.client();
  const outcomes = { kept: 0, cancelled: 0 };
  await Promise.all(
    Array.from({ length: 400 }, async (_, index) => {
      const controller = new AbortController();
      const call = client.getService("s1", { signal: controller.signal });
      setTimeout(() => controller.abort(), index / 20);
      try {
        await call;
        outcomes.kept += 1;
      } catch (error) {
        assert.equal(error.name, "AbortError");
        outcomes.cancelled += 1;
      }
    }),
  );
  assert.equal(outcomes.kept + outcomes.cancelled, 400);
});

/** Workers: each has clients of its own, and may end at any moment. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { stalls, startScripted } from "./support/server.mjs";

function start(url, calls, then) {
  return new Worker(new URL("support/worker.mjs", import.meta.url), { workerData: { url, calls, then } });
}

/** Threads of this process, on Linux. */
function threads() {
  return Number(/^Threads:\s+(\d+)$/m.exec(readFileSync("/proc/self/status", "utf-8"))[1]);
}

test("workers and the main thread make calls at once", async (context) => {
  const scripted = await startScripted(context);
  const client = scripted.client();
  const workers = Array.from({ length: 4 }, () => start(scripted.url, 50, "answers"));
  const answers = workers.map(async (worker) => {
    // Its last message and its end may come at once.
    const [[ids]] = await Promise.all([once(worker, "message"), once(worker, "exit")]);
    return ids.length;
  });
  assert.equal((await client.getService("s1")).id, "s1");
  assert.deepEqual(await Promise.all(answers), [50, 50, 50, 50]);
});

test("eight workers that are terminated with a hundred calls under way, again and again", async (context) => {
  const scripted = await startScripted(context, stalls);
  const rounds = Number(process.env.VERIGATOR_ROUNDS ?? 5);
  for (let round = 0; round < rounds; round++) {
    const workers = Array.from({ length: 8 }, () => start(scripted.url, 100, "wait"));
    await Promise.all(workers.map((worker) => once(worker, "message")));
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
});

test("workers that are terminated while calls end", async (context) => {
  const scripted = await startScripted(context);
  for (let round = 0; round < 5; round++) {
    const workers = Array.from({ length: 4 }, () => start(scripted.url, 500, "wait"));
    await Promise.all(workers.map((worker) => once(worker, "message")));
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
});

test("workers that exit, or throw, with calls under way", async (context) => {
  const scripted = await startScripted(context, stalls);
  const exiting = start(scripted.url, 10, "exit");
  assert.deepEqual(await once(exiting, "exit"), [0]);
  const throwing = start(scripted.url, 10, "throw");
  const [error] = await once(throwing, "error");
  assert.equal(error.message, "the worker has had enough");
});

test("a worker that was terminated leaves no thread", async (context) => {
  const scripted = await startScripted(context, stalls);
  const before = threads();
  const workers = Array.from({ length: 4 }, () => start(scripted.url, 10, "wait"));
  await Promise.all(workers.map((worker) => once(worker, "message")));
  await Promise.all(workers.map((worker) => worker.terminate()));
  // The last of a thread is the operating system's.
  for (const end = Date.now() + 20000; threads() > before; ) {
    assert.ok(Date.now() < end, `${threads()} threads, ${before} before`);
    await new Promise(setImmediate);
  }
});

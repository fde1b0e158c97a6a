/** What is dropped is freed. Run with --expose-gc. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { Client } from "libverigator";
import { SERVICE, says, startScripted } from "./support/server.mjs";

assert.equal(typeof gc, "function", "run it with --expose-gc");

/** Resolves when all of these have been collected. */
async function collected(references) {
  for (let attempt = 0; references.some((reference) => reference.deref() !== undefined); attempt++) {
    assert.ok(attempt < 100, "something holds on to it");
    // What was looked at stays until the next turn.
    await turn();
    gc();
    await turn();
  }
}

/** How much memory the process has, in bytes. */
function resident() {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf-8"))[1]) * 1024;
}

/** That doing it again takes no more memory: a leak grows each time, what V8 and malloc keep for later does not. */
async function staysFlat(rounds, bytesARound, round) {
  const grown = [];
  do {
    assert.ok(grown.length < 10, `it grew by so many bytes a round: ${grown}`);
    const before = resident();
    for (let index = 0; index < rounds; index++) {
      await round();
    }
    gc();
    await turn();
    grown.push(Math.round((resident() - before) / rounds));
  } while (grown.at(-1) > bytesARound);
}

test("a client that is dropped is collected, used or not, closed or not", async (context) => {
  const scripted = await startScripted(context);
  const references = [];
  await (async () => {
    const clients = Array.from({ length: 4 }, () => scripted.client());
    await clients[1].getService("s1");
    await clients[2].getService("s1");
    await clients[2].close();
    await clients[3].close();
    references.push(...clients.map((client) => new WeakRef(client)));
  })();
  await collected(references);
});

test("a client is not collected as long as a call of it is under way", async (context) => {
  const waiting = [];
  const scripted = await startScripted(context, (_request, response) => waiting.push(response));
  const call = scripted.client().getService("s1");
  await scripted.came(1);
  for (let attempt = 0; attempt < 10; attempt++) {
    gc();
    await turn();
  }
  says(waiting[0], 200, SERVICE);
  assert.equal((await call).id, "s1");
});

test("what a call leaves is collected, with a signal too", async (context) => {
  const scripted = await startScripted(context);
  const client = scripted.client();
  const controller = new AbortController();
  const references = [];
  await (async () => {
    for (let index = 0; index < 10; index++) {
      references.push(new WeakRef(await client.getService("s1", { signal: controller.signal })));
    }
  })();
  await collected(references);
});

test("clients take no memory once they are gone", async () => {
  await staysFlat(500, 100, async () => {
    new Client("demo", "demo-password");
    gc({ type: "minor" });
    await turn();
  });
});

test("calls take no memory once they have ended, also those that fail", async (context) => {
  const scripted = await startScripted(context, (request, response) => {
    request.resume();
    scripted.requests.length = 0;
    says(response, request.url.endsWith("s1") ? 200 : 404, { ...SERVICE, message: "x".repeat(1000) });
  });
  const client = scripted.client();
  await staysFlat(1000, 100, async () => {
    await client.getService("s1");
    await client.getService("none").catch(() => {});
  });
});

test("calls that are aborted take no memory", async (context) => {
  const scripted = await startScripted(context, () => {
    scripted.requests.length = 0;
  });
  const client = scripted.client();
  await staysFlat(1000, 100, async () => {
    const controller = new AbortController();
    const call = client.getService("s1", { signal: controller.signal }).catch(() => {});
    controller.abort();
    await call;
  });
});

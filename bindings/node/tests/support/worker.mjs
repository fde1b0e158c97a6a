/** A worker that makes as many calls as it is told, tells when they wait, and does what it is told then. */

import { parentPort, workerData } from "node:worker_threads";
import { Client } from "libverigator";

const { url, calls, then } = workerData;
const client = new Client("demo", "demo-password", { baseUrl: url, maxRetries: 0, maxConnections: 4 });
const waiting = Array.from({ length: calls }, () => client.getService("s1"));

if (then === "answers") {
  const answers = await Promise.all(waiting);
  parentPort.postMessage(answers.map(({ id }) => id));
} else {
  for (const call of waiting) {
    call.catch(() => {});
  }
  parentPort.postMessage("waiting");
  if (then === "exit") {
    process.exit(0);
  }
  if (then === "throw") {
    throw new Error("the worker has had enough");
  }
}

/** What the clients for Node.js have in common; the counterpart of ../measure.h. */

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

// The verification that is measured; the server answers no other.
export const USERNAME = "bench";
export const PASSWORD = "bench-password";
export const SERVICE_ID = "3896f6a5-4fa5-45b0-845a-be6f99f9e11a";
export const USER_ID = "d9f3516b-c3c4-4fe9-962a-cc8bf232688f";
export const TOKEN = "123456";

/**
 * Measures the calls that `make(url)` makes a function for, as the command line says, and prints a line of JSON. The
 * function resolves with whether the answer was yes.
 */
export async function main(make) {
  const { values } = parseArgs({
    options: {
      url: { type: "string" },
      threads: { type: "string", default: "1" },
      calls: { type: "string", default: "1000" },
      warmup: { type: "string", default: "100" },
    },
  });
  const call = make(values.url);
  const inFlight = Number(values.threads);
  await sideBySide(inFlight, Number(values.warmup), call);
  const before = stamp();
  const latencies = await sideBySide(inFlight, Number(values.calls), call);
  console.log(JSON.stringify(results(latencies, before, stamp())));
}

/** Makes so many calls one after another, so many times side by side, and gives how many microseconds each took. */
async function sideBySide(inFlight, calls, call) {
  const latencies = [];
  const chain = async () => {
    let before = performance.now();
    for (let number = 0; number < calls; number++) {
      if (!(await call())) {
        throw new Error("a call was not answered with yes");
      }
      const after = performance.now();
      latencies.push((after - before) * 1000);
      before = after;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, chain));
  return latencies;
}

function stamp() {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  return { clock: performance.now() / 1000, user: userCPUTime / 1e6, system: systemCPUTime / 1e6 };
}

function results(latencies, before, after) {
  latencies.sort((one, other) => one - other);
  const part = (percent) => latencies[Math.floor((latencies.length * percent) / 100)];
  return {
    calls: latencies.length,
    elapsed_s: after.clock - before.clock,
    p50_us: part(50),
    p90_us: part(90),
    p99_us: part(99),
    user_s: after.user - before.user,
    system_s: after.system - before.system,
    peak_rss_kb: processStatus("VmHWM"),
    threads: processStatus("Threads"),
  };
}

/** A number that the system tells of this process. */
function processStatus(name) {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(readFileSync("/proc/self/status", "ascii"))[1]);
}

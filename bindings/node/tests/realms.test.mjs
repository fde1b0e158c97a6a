/** The addon and the package more than once in a process. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import vm from "node:vm";
import { Client, NotFoundError } from "libverigator";
import { ADDON, copyOfPackage } from "./support/installed.mjs";
import { runScript } from "./support/programs.mjs";
import { SERVICE, says, startScripted } from "./support/server.mjs";

const require = createRequire(import.meta.url);
/** The package in a realm of its own, as Jest has each test file: its JavaScript anew, the addon as it was loaded. */
function inRealm() {
  const realm = vm.createContext({ process, Buffer, URL, ArrayBuffer, Uint8Array, AbortSignal, setImmediate });
  const modules = new Map();
  const load = (file) => {
    if (!file.endsWith(".js")) {
      return require(file);
    }
    if (!modules.has(file)) {
      const module = { exports: {} };
      modules.set(file, module);
      const requireHere = createRequire(file);
      const source = `(function (module, exports, require) {${readFileSync(file, "utf-8")}\n})`;
      vm.runInContext(source, realm, { filename: file })(module, module.exports, (name) =>
        name.startsWith(".") ? load(requireHere.resolve(name)) : requireHere(name),
      );
    }
    return modules.get(file).exports;
  };
  return { realm, verigator: load(require.resolve("libverigator")) };
}

test("in two realms at once, each has its own errors and objects", async (context) => {
  const scripted = await startScripted(context, (request, response) =>
    says(response, request.url.endsWith("s1") ? 200 : 404, SERVICE),
  );
  const { realm, verigator } = inRealm();
  assert.notEqual(verigator.Client, Client);
  const there = new verigator.Client("demo", "demo-password", { baseUrl: scripted.url });
  const here = scripted.client();
  const [failureThere, failureHere] = await Promise.all([
    there.getService("none").catch((error) => error),
    here.getService("none").catch((error) => error),
  ]);
  assert.ok(failureThere instanceof verigator.NotFoundError);
  assert.ok(failureThere instanceof vm.runInContext("Error", realm));
  assert.ok(!(failureThere instanceof NotFoundError));
  assert.ok(failureHere instanceof NotFoundError);
  assert.equal(failureThere.code, failureHere.code);
  const service = await there.getService("s1");
  assert.equal(Object.getPrototypeOf(service), vm.runInContext("Object.prototype", realm));
  assert.equal(await here.getService("s1").then(({ id }) => id), "s1");
});

test("two copies of the package, each with a library of its own", async (context) => {
  const scripted = await startScripted(context);
  const copy = require(copyOfPackage(context));
  const other = new copy.Client("demo", "demo-password", { baseUrl: scripted.url });
  const [mine, its] = await Promise.all([scripted.client().getService("s1"), other.getService("s1")]);
  assert.deepEqual(mine, its);
  await other.close();
  assert.equal((await scripted.client().getService("s1")).id, "s1");
});

test("the addon is loaded again into the same environment", async () => {
  const again = { exports: {} };
  process.dlopen(again, ADDON);
  assert.equal(again.exports.version(), require(ADDON).version());
  // An object of one is a stranger to functions that want a client.
  assert.throws(() => again.exports.take({}, 1), TypeError);
});

test("it has Node-API only, shows nothing but its entry, and stays where it is", () => {
  const symbols = execFileSync("nm", ["--dynamic", ADDON], { encoding: "utf-8" });
  assert.doesNotMatch(symbols, / uv_/);
  // Electron forbids buffers of memory that is not its own.
  assert.doesNotMatch(symbols, /napi_create_external/);
  assert.doesNotMatch(symbols, / _ZN?\d*(v8|node)/);
  const shown = symbols.match(/^[0-9a-f]+ [A-Z] (\S+)/gm).map((line) => line.split(" ").at(-1));
  assert.deepEqual(shown.sort(), ["napi_register_module_v1", "node_api_module_get_api_version_v1"]);
  assert.match(execFileSync("readelf", ["--dynamic", ADDON], { encoding: "utf-8" }), /NODELETE/);
});

test("in a worker alone, which ends: the main thread loads it afterwards", async (context) => {
  const scripted = await startScripted(context);
  const { said, code } = await runScript(`
    import { Worker } from "node:worker_threads";
    import { once } from "node:events";
    for (let round = 0; round < 3; round++) {
      const worker = new Worker('import("libverigator")', { eval: true });
      await once(worker, "exit");
    }
    const { Client } = await import("libverigator");
    const client = new Client("demo", "demo-password", { baseUrl: ${JSON.stringify(scripted.url)} });
    console.log((await client.getService("s1")).id);
  `);
  assert.equal(said, "s1\n");
  assert.equal(code, 0);
});

/** Every example runs as it is printed, with the installed package, against a server of its own. */

import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Program } from "./support/programs.mjs";
import { REPOSITORY, startServer } from "./support/server.mjs";

// Where the package is installed, and nothing of the repository.
const HERE = join(dirname(fileURLToPath(import.meta.url)), "..");
cpSync(join(REPOSITORY, "examples/node"), join(HERE, "examples"), { recursive: true });

// No PIN has so many digits.
const WRONG = "0000000";

/** An example that runs. */
function start(server, file) {
  return new Program(process.execPath, [join(HERE, file)], { env: server.environment });
}

test("a login", async (context) => {
  const server = await startServer(context);
  const program = start(server, "examples/login.js");
  assert.equal(await program.until(": "), "sms PIN: ");
  program.types(await server.wrongPin());
  assert.match(await program.until(": "), /not it/);
  program.types(await server.pin());
  assert.deepEqual(await program.end(), { said: "Welcome!\n", code: 0, signal: null });
});

test("three wrong codes are a no", async (context) => {
  const program = start(await startServer(context), "examples/login.js");
  for (let attempt = 0; attempt < 3; attempt++) {
    await program.until(": ");
    program.types(WRONG);
  }
  assert.deepEqual(await program.end(), { said: "That is not it.\nDenied.\n", code: 1, signal: null });
});

test("a service that cannot be asked is neither a yes nor a no", async (context) => {
  const server = await startServer(context);
  server.password = "wrong";
  const { said, code } = await start(server, "examples/login.js").end();
  assert.match(said, /401/);
  assert.equal(code, 2);
});

test("failures are told from each other", async (context) => {
  const { said } = await start(await startServer(context), "examples/failures.js").end();
  assert.equal(said, readFileSync(join(REPOSITORY, "examples/failures.txt"), "utf-8"));
});

test("the README begins with a program that may be run again, and prints what it says", async (context) => {
  const readme = readFileSync(join(HERE, "node_modules/libverigator/README.md"), "utf-8");
  const [, program] = /```js\n(.*?)```/s.exec(readme);
  const outputs = readme.split("$ node target/shop/login.mjs\n").slice(1);
  const server = await startServer(context);
  writeFileSync(join(HERE, "readme.mjs"), program.replace("http://127.0.0.1:8080", server.url));
  assert.equal(outputs.length, 2);
  for (const output of outputs) {
    const running = start(server, "readme.mjs");
    const asked = await running.until("PIN: ");
    const pin = output.includes("000000") ? await server.wrongPin() : await server.pin();
    running.types(pin);
    const { said } = await running.end();
    // In a terminal, what is typed is seen.
    assert.equal(`${asked}${pin}\n${said}`, output.split("```")[0].replace(/\d{6}/, pin));
  }
});

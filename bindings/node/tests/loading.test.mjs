/** Which addon is loaded, and what is said when none can be. */

import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ADDON, copyOfPackage, folder, PLATFORM } from "./support/installed.mjs";
import { Program } from "./support/programs.mjs";

/** What loading this copy of the package comes to, in a process of its own. */
async function loading(copy, { before = "", env = {} } = {}) {
  const script = `${before};
    try {
      console.log(typeof require(${JSON.stringify(copy)}).Client);
    } catch (error) {
      console.log(error.name, error.code, error.message);
    }`;
  const program = new Program(process.execPath, ["--eval", script], { env: { ...process.env, ...env } });
  return (await program.end()).said.trim();
}

/** A process on a system with musl, as its own report tells. */
const ON_MUSL = "process.report.getReport = () => ({ header: {} })";

/** A copy of the package that has this machine's addon, and, as entries of its table, others. */
function copyWith(context, others) {
  const copy = copyOfPackage(context);
  const own = `"${PLATFORM}": () => require("../prebuilds/${PLATFORM}.node")`;
  writeFileSync(join(copy, "dist/prebuilds.js"), `exports.prebuilds = { ${[...others, own]} };`);
  return copy;
}

test("what fits is loaded, of the addons of all platforms", async (context) => {
  const copy = copyWith(context, [
    '"linux-x64-musl": () => { throw new Error("this is for musl"); }',
    '"win32-x64": () => { throw new Error("this is for Windows"); }',
  ]);
  assert.equal(await loading(copy), "function");
});

test("on musl an addon for glibc is not tried: the message says what is there, what is wanted, and what to do", async (context) => {
  const copy = copyWith(context, []);
  const said = await loading(copy, { before: ON_MUSL });
  assert.match(said, /^LibraryLoadError ERR_VERIGATOR_ADDON there is no addon for linux-\w+-musl; /);
  assert.match(said, new RegExp(`this package has: ${PLATFORM}\\.`));
  assert.match(said, /npm install --force libverigator/);
  assert.match(said, /VERIGATOR_ADDON/);
});

test("the report is asked without the network's part, and left as it was", async (context) => {
  const copy = copyOfPackage(context);
  const before = `
    const { getReport } = process.report;
    process.report.getReport = () => {
      console.log(process.report.excludeNetwork);
      return getReport.call(process.report);
    };
    process.on("exit", () => console.log(process.report.excludeNetwork));`;
  assert.equal(await loading(copy, { before }), "true\nfunction\nfalse");
});

test("an addon that is not there, or is none", async (context) => {
  const copy = copyOfPackage(context);
  writeFileSync(join(copy, `prebuilds/${PLATFORM}.node`), "this is no library");
  assert.match(await loading(copy), new RegExp(`the addon for ${PLATFORM} cannot be loaded: .*too short.*npm install`));
  rmSync(join(copy, `prebuilds/${PLATFORM}.node`));
  assert.match(await loading(copy), new RegExp(`the addon for ${PLATFORM} cannot be loaded: Cannot find module`));
});

test("the environment names a file in their place", async (context) => {
  const copy = copyOfPackage(context);
  rmSync(join(copy, "prebuilds"), { recursive: true });
  assert.equal(await loading(copy, { env: { VERIGATOR_ADDON: ADDON } }), "function");
  const nowhere = join(folder(context), "none.node");
  const said = await loading(copy, { env: { VERIGATOR_ADDON: nowhere } });
  assert.match(said, /^LibraryLoadError ERR_VERIGATOR_ADDON VERIGATOR_ADDON is .*none\.node, which cannot be loaded/);
});

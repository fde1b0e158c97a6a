/** What is in the package, and how package managers, bundlers, Jest and other runtimes take it. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ADDON, folder, PACKAGE, requireTool, TARBALL, tool } from "./support/installed.mjs";
import { Program } from "./support/programs.mjs";
import { REPOSITORY, startScripted } from "./support/server.mjs";

/** A program that makes a call, tells one error from another, and ends by itself. */
const PROGRAM = `
  import { Client, InvalidArgumentError } from "libverigator";
  const client = new Client("demo", "demo-password", { baseUrl: process.env.ADDRESS });
  const { id } = await client.getService("s1", { signal: new AbortController().signal });
  const refused = await client.getService("").catch((error) => error instanceof InvalidArgumentError);
  console.log(id, refused);
`;

/** The same for what knows no ESM. */
const REQUIRING = `(async () => {${PROGRAM.replace(/import (.*) from "(.*)"/, 'const $1 = require("$2")')}})();`;

/** That this command, in which PROGRAM is, does what PROGRAM does. */
async function works(context, command, parameters, options = {}) {
  const scripted = await startScripted(context);
  const env = { ...process.env, ...options.env, ADDRESS: scripted.url };
  const program = new Program(command, parameters, { ...options, env });
  assert.deepEqual(await program.end(), { said: "s1 true\n", code: 0, signal: null });
}

/** Runs a tool, and shows what it says only when it fails. */
function run(name, parameters, options) {
  execFileSync(tool(name), parameters, { stdio: ["ignore", "pipe", "pipe"], ...options });
}

/** A project that has PROGRAM, and what it depends on. */
function project(context, dependencies = {}) {
  const made = folder(context);
  writeFileSync(join(made, "package.json"), JSON.stringify({ name: "project", private: true, dependencies }));
  writeFileSync(join(made, "program.mjs"), PROGRAM);
  writeFileSync(join(made, "program.cjs"), REQUIRING);
  return made;
}

/** A project where the package is installed as it is here. */
function installed(context) {
  const made = project(context);
  mkdirSync(join(made, "node_modules"));
  cpSync(PACKAGE, join(made, "node_modules/libverigator"), { recursive: true, dereference: true });
  return made;
}

test("no script, no binding.gyp, no dependency, and the version of the library", () => {
  const files = execFileSync("tar", ["--list", "--file", TARBALL], { encoding: "utf-8" }).split("\n");
  assert.ok(!files.some((file) => /\.gyp|\.tsx?$|\.c$|tests/.test(file.replace(/\.d\.ts$/, ""))), files.join(" "));
  assert.ok(files.includes("package/licenses/LICENSE-MIT"));
  const manifest = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf-8"));
  assert.deepEqual(
    Object.keys(manifest).filter((name) => /scripts|ependencies|gypfile/.test(name)),
    [],
  );
  const [, version] = /^version = "(.*)"$/m.exec(readFileSync(join(REPOSITORY, "Cargo.toml"), "utf-8"));
  assert.equal(manifest.version, version);
  assert.equal(requireTool(ADDON).version(), version);
});

test("by import and by require", async (context) => {
  const made = installed(context);
  await works(context, process.execPath, ["program.mjs"], { cwd: made });
  await works(context, process.execPath, ["program.cjs"], { cwd: made });
});

test("pnpm, which runs no scripts", async (context) => {
  const made = project(context, { libverigator: `file:${TARBALL}` });
  run("pnpm", ["install", "--offline", "--store-dir", join(made, "store")], { cwd: made });
  await works(context, process.execPath, ["program.mjs"], { cwd: made });
});

test("Yarn with Plug'n'Play, which keeps packages in archives", async (context) => {
  const made = project(context, { libverigator: `file:${TARBALL}` });
  const env = {
    ...process.env,
    YARN_ENABLE_GLOBAL_CACHE: "false",
    YARN_ENABLE_TELEMETRY: "false",
    YARN_ENABLE_IMMUTABLE_INSTALLS: "false",
    YARN_ENABLE_SCRIPTS: "false",
    YARN_NODE_LINKER: "pnp",
  };
  writeFileSync(join(made, "yarn.lock"), "");
  run("yarn", ["install"], { cwd: made, env });
  assert.ok(existsSync(join(made, ".pnp.cjs")));
  assert.ok(!existsSync(join(made, "node_modules")));
  await works(context, tool("yarn"), ["node", "program.cjs"], { cwd: made, env });
});

test("esbuild, which copies the addon beside the bundle", async (context) => {
  const made = installed(context);
  run("esbuild", ["program.cjs", "--bundle", "--platform=node", "--minify", "--loader:.node=copy", "--outdir=out"], {
    cwd: made,
  });
  const elsewhere = folder(context);
  cpSync(join(made, "out"), elsewhere, { recursive: true });
  await works(context, process.execPath, ["program.js"], { cwd: elsewhere });
});

test("esbuild, which leaves the package outside", async (context) => {
  const made = installed(context);
  const parameters = ["program.mjs", "--bundle", "--platform=node", "--format=esm", "--external:libverigator"];
  run("esbuild", [...parameters, "--outfile=out.mjs"], { cwd: made });
  await works(context, process.execPath, ["out.mjs"], { cwd: made });
});

test("webpack, with node-loader", async (context) => {
  const made = installed(context);
  const webpack = requireTool("webpack");
  const stats = await new Promise((resolve, reject) => {
    webpack(
      {
        mode: "production",
        target: "node",
        context: made,
        entry: "./program.mjs",
        output: { path: join(made, "out"), publicPath: "", filename: "program.cjs" },
        module: { rules: [{ test: /\.node$/, use: [{ loader: requireTool.resolve("node-loader") }] }] },
      },
      (error, stats) => (error ? reject(error) : resolve(stats)),
    );
  });
  assert.deepEqual([stats.compilation.errors, stats.compilation.warnings].flat().map(String), []);
  await works(context, process.execPath, ["out/program.cjs"], { cwd: made });
});

test("Jest, whose files each have a realm", async (context) => {
  const scripted = await startScripted(context);
  const made = installed(context);
  const jestTest = `
    const { Client, InvalidArgumentError } = require("libverigator");
    test("a call", async () => {
      const client = new Client("demo", "demo-password", { baseUrl: process.env.ADDRESS });
      expect(await client.getService("s1")).toEqual({ id: "s1", name: "Example", ctime: expect.any(String) });
      const refused = await client.getService("").catch((error) => error);
      expect(refused).toBeInstanceOf(InvalidArgumentError);
      expect(refused).toBeInstanceOf(Error);
      await expect(client.getService("")).rejects.toThrow("service_id");
    });`;
  writeFileSync(join(made, "one.test.js"), jestTest);
  writeFileSync(join(made, "two.test.js"), jestTest);
  const env = { ...process.env, ADDRESS: scripted.url };
  const { said, code } = await new Program(tool("jest"), ["--rootDir", made, "--runInBand"], { cwd: made, env }).end();
  assert.equal(code, 0, said);
  assert.match(said, /2 passed, 2 total/);
});

test("Bun", async (context) => {
  await works(context, tool("bun"), ["program.mjs"], { cwd: installed(context) });
});

test("Deno", async (context) => {
  const made = installed(context);
  const env = { DENO_DIR: join(made, ".deno"), DENO_NO_UPDATE_CHECK: "1" };
  await works(context, tool("deno"), ["run", "--allow-all", "program.mjs"], { cwd: made, env });
});

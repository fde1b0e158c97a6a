/** The installed package, the tools that only tests need, and folders for what they make. */

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { REPOSITORY } from "./server.mjs";

const require = createRequire(import.meta.url);

/** Where the package is installed. */
export const PACKAGE = dirname(dirname(require.resolve("libverigator")));

/** What was installed, as it came. */
export const TARBALL = process.env.VERIGATOR_TARBALL;

/** The platform of the addon that these tests are run with. */
export const [PLATFORM] = Object.keys(require(join(PACKAGE, "dist/prebuilds.js")).prebuilds).filter((name) =>
  name.startsWith(`${process.platform}-${process.arch}`),
);

export const ADDON = join(PACKAGE, "prebuilds", `${PLATFORM}.node`);

/** Loads what `npm ci` has fetched for the tests. */
export const requireTool = createRequire(join(REPOSITORY, "bindings/node/package.json"));

/** A program that `npm ci` has fetched. */
export function tool(name) {
  return join(REPOSITORY, "bindings/node/node_modules/.bin", name);
}

/** An empty folder, which goes with the test. */
export function folder(test) {
  const made = mkdtempSync(join(tmpdir(), "verigator-"));
  test.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** A copy of the package, to be changed. */
export function copyOfPackage(test) {
  const copy = folder(test);
  cpSync(PACKAGE, copy, { recursive: true, dereference: true });
  return copy;
}

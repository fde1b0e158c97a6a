/** Which addon this process loads, and what it says when it cannot. */

import { platformName } from "./platform.js";

/** The addons in this package, each by its platform; written when it is packed. */
const { prebuilds } = require("./prebuilds.js") as { prebuilds: Readonly<Record<string, () => unknown>> };

/** The environment variable that names a file to load in their place. */
const VARIABLE = "VERIGATOR_ADDON";

const AGAIN =
  "Install libverigator anew (npm install --force libverigator), or compile the addon" +
  ` (native/compile in its repository) and set ${VARIABLE} to the file.`;

/** The addon is missing, or cannot be loaded here: the message says which one, what there is, and what to do. */
export class LibraryLoadError extends Error {
  /** Its class. */
  override readonly name = "LibraryLoadError";
  /** The same for every such error. */
  readonly code = "ERR_VERIGATOR_ADDON";
}

/** Loads the addon of this platform, or the file that the environment names. */
export function loadAddon(): unknown {
  const file = process.env[VARIABLE];
  if (file) {
    return loadFile(file);
  }
  const wanted = platformName();
  const load = prebuilds[wanted];
  if (load === undefined) {
    const found = Object.keys(prebuilds).join(", ") || "none";
    throw new LibraryLoadError(`there is no addon for ${wanted}; this package has: ${found}. ${AGAIN}`);
  }
  try {
    return load();
  } catch (error) {
    throw new LibraryLoadError(`the addon for ${wanted} cannot be loaded: ${reason(error)}. ${AGAIN}`, {
      cause: error,
    });
  }
}

/** Not by `require`, which bundlers would want to know the file of. */
function loadFile(file: string): unknown {
  const loaded = { exports: {} };
  try {
    process.dlopen(loaded, file);
  } catch (error) {
    const why = `${VARIABLE} is ${file}, which cannot be loaded: ${reason(error)}`;
    throw new LibraryLoadError(why, { cause: error });
  }
  return loaded.exports;
}

function reason(error: unknown): string {
  return error instanceof Error ? (error.message.split("\n")[0] as string) : String(error);
}

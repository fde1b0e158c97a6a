/** This library from Node.js: one client. */

import { createRequire } from "node:module";
import { main, PASSWORD, SERVICE_ID, TOKEN, USER_ID, USERNAME } from "./measure.mjs";

// Where NODE_PATH says; `import` does not look there.
const { anyChallenge, Client } = createRequire(import.meta.url)("libverigator");

await main((baseUrl) => {
  const client = new Client(USERNAME, PASSWORD, { baseUrl });
  return () => client.verify(SERVICE_ID, USER_ID, TOKEN, anyChallenge);
});

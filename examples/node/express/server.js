// A shop that is logged in to with a password and a PIN.
//
// VERIGATOR_USERNAME, VERIGATOR_PASSWORD and VERIGATOR_BASE_URL say where the second factor is, and as whom; PORT where
// the shop is (3000), SESSION_SECRET what its cookies are signed with.

import { Client, ConflictError } from "libverigator";
import { shop } from "./shop.js";

const HOST_NAME = "shop.example.com";

/** Our service, which is made when the shop starts for the first time. */
async function ourService(client) {
  try {
    return await client.createService(HOST_NAME, "Example shop");
  } catch (error) {
    if (error instanceof ConflictError) {
      return await client.findService(HOST_NAME);
    }
    throw error;
  }
}

const { PORT = "3000", SESSION_SECRET } = process.env;
if (!SESSION_SECRET) {
  throw new Error("SESSION_SECRET is not set; set it to a long random text");
}
const client = Client.fromEnv({ timeout: 10_000 });
const service = await ourService(client);
const server = shop(client, service.id, SESSION_SECRET).listen(Number(PORT), "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});

process.once("SIGTERM", () => {
  server.close(() => client.close());
  server.closeIdleConnections();
});

// A login from end to end: register a service and a user, send a PIN, and check what was typed.
//
// VERIGATOR_USERNAME, VERIGATOR_PASSWORD and VERIGATOR_BASE_URL say where, and as whom. The exit code is 0 for a yes,
// 1 for a no, and 2 when the service could not be asked.

import { createInterface } from "node:readline";
import { Client, VerigatorError } from "libverigator";

const keyboard = createInterface({ input: process.stdin });
const typed = keyboard[Symbol.asyncIterator]();

/** Sends this user a PIN and gives them three attempts at typing it. */
async function logIn(client, serviceId, userId) {
  const challenge = await client.initiate(serviceId, userId);
  for (let attempt = 0; attempt < 3; attempt++) {
    process.stdout.write(`${challenge.method} PIN: `);
    const { value: token } = await typed.next();
    if (await client.verify(serviceId, userId, token, challenge)) {
      return true;
    }
    console.log("That is not it.");
  }
  return false;
}

/** Registers Jane, logs her in, and takes everything back, also when that fails. */
async function main() {
  const client = Client.fromEnv();
  try {
    const service = await client.createService("shop.example.com", "Example shop");
    try {
      const user = await client.createUser(service.id, "+3725555555", "jane@example.com");
      const verified = await logIn(client, service.id, user.id);
      console.log(verified ? "Welcome!" : "Denied.");
      return verified;
    } finally {
      await client.deleteService(service.id);
    }
  } finally {
    await client.close();
  }
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  if (!(error instanceof VerigatorError)) {
    throw error;
  }
  console.error(error.message);
  process.exitCode = 2;
}
keyboard.close();

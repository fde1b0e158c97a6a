/** What the client does with what a service answers. */

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, test } from "node:test";
import * as verigator from "libverigator";
import { runScript } from "./support/programs.mjs";
import { says, startScripted, startServer } from "./support/server.mjs";

const { anyChallenge } = verigator;

const server = await startServer({ after });
const client = server.client();

test("a login: a code that is not right is a no, the right one a yes, and once", async () => {
  const { serviceId, userId } = await server.jane(client);
  const challenge = await client.initiate(serviceId, userId);
  assert.equal(challenge.method, "sms");
  assert.equal(await client.verify(serviceId, userId, await server.wrongPin(userId), challenge), false);
  assert.equal(await client.verify(serviceId, userId, await server.pin(userId), challenge), true);
  assert.equal(await client.verify(serviceId, userId, await server.pin(userId), challenge), false);
});

test("a check tells why it is a no", async () => {
  const { serviceId, userId } = await server.jane(client);
  await client.initiate(serviceId, userId);
  const answer = await client.check(serviceId, userId, await server.wrongPin(userId), anyChallenge);
  assert.deepEqual(answer, {
    verified: false,
    method: "sms",
    throttled: false,
    expired: false,
    invalid: true,
    result: "INVALID",
  });
});

test("a challenge that was stored is as good", async () => {
  const { serviceId, userId } = await server.jane(client);
  const stored = JSON.stringify(await client.initiate(serviceId, userId, "sms"));
  assert.equal(await client.verify(serviceId, userId, await server.pin(userId), JSON.parse(stored)), true);
});

test("a challenge that got lost is refused, and nothing is sent", async () => {
  for (const lost of [null, undefined]) {
    await assert.rejects(client.verify("s", "u", "123456", lost), {
      name: "InvalidArgumentError",
      maybeSent: false,
      message: /anyChallenge/,
    });
  }
});

test("services and users are made, read, listed and deleted", async () => {
  const { serviceId, userId } = await server.jane(client);
  const service = await client.getService(serviceId);
  const user = await client.getUser(serviceId, userId);
  assert.equal(service.id, serviceId);
  assert.equal(user.idInService, "jane@example.com");
  assert.deepEqual(await client.listUsers(serviceId), { users: [user], total: 1, nextCursor: null });

  await client.createUser(serviceId, "+3725555556", "joe@example.com");
  const first = await client.pageUsers(serviceId, 1);
  const second = await client.pageUsers(serviceId, 1, first.nextCursor);
  assert.equal(first.users.length + second.users.length, 2);
  assert.equal(second.nextCursor, null);

  const page = await client.pageServices(1000);
  assert.ok(page.services.some(({ id }) => id === serviceId));
  assert.equal(await client.deleteUser(serviceId, userId), undefined);
  await client.deleteService(serviceId);
  await assert.rejects(client.getService(serviceId), verigator.NotFoundError);
});

test("a user is found by what the service calls it", async () => {
  const { serviceId, userId } = await server.jane(client);
  const user = await client.getUser(serviceId, userId);
  assert.deepEqual(await client.findUser(serviceId, user.idInService), user);
  await assert.rejects(client.findUser(serviceId, "nobody"), verigator.NotFoundError);
});

test("a service is found by its host name", async () => {
  const made = await client.createService("found.example.com", "Example");
  assert.deepEqual(await client.findService("FOUND.example.com"), made);
});

test("an authenticator app, and recovery codes", async () => {
  const { serviceId, userId } = await server.jane(client);
  assert.deepEqual(await client.getTotp(serviceId, userId), { confirmed: false, pending: false });
  const enrolment = await client.beginTotp(serviceId, userId);
  assert.match(enrolment.uri, /^otpauth:/);
  assert.match(enrolment.qrSvg, /<svg/);
  assert.equal(enrolment.replaced, false);
  await assert.rejects(client.confirmTotp(serviceId, userId, "000000"), verigator.InvalidDataError);
  assert.deepEqual(await client.getTotp(serviceId, userId), { confirmed: false, pending: true });
  const link = await client.createTotpLink(serviceId, userId);
  assert.match(link.url, /^http:/);
  assert.equal(link.replaced, true);
  await client.deleteTotp(serviceId, userId);

  const codes = await client.createRecoveryCodes(serviceId, userId);
  assert.equal(await client.countRecoveryCodes(serviceId, userId), codes.length);
  await client.initiate(serviceId, userId);
  const answer = await client.check(serviceId, userId, codes[0], anyChallenge);
  assert.equal(answer.verified, true);
  assert.equal(answer.method, "recovery_code");
  await client.deleteRecoveryCodes(serviceId, userId);
  assert.equal(await client.countRecoveryCodes(serviceId, userId), 0);
  await client.unlockUser(serviceId, userId);
});

test("what it says of a failure", async () => {
  const { serviceId } = await server.jane(client);
  const failure = await client.getUser(serviceId, "nobody").catch((error) => error);
  assert.ok(failure instanceof verigator.NotFoundError);
  assert.ok(failure instanceof verigator.ServiceError);
  assert.ok(failure instanceof verigator.VerigatorError);
  assert.ok(failure instanceof Error);
  assert.equal(failure.name, "NotFoundError");
  assert.equal(failure.code, "NOT_FOUND");
  assert.equal(failure.status, 404);
  assert.equal(failure.httpStatus, 404);
  assert.equal(failure.kind, "service");
  assert.equal(failure.maybeSent, true);
  assert.equal(failure.retryAfter, null);
  assert.match(failure.serviceMessage, /not found/);
  assert.ok(failure.body instanceof Uint8Array);
  assert.match(String(failure), /^NotFoundError: the service answered 404/);
  // Who prints it does not print what the service said unescaped.
  assert.deepEqual(
    Object.keys(failure).filter((name) => name === "body" || name === "serviceMessage"),
    [],
  );
});

test("the stack of a failure tells who awaited the call", async () => {
  async function whoAwaits() {
    return await client.getService("nothing");
  }
  await assert.rejects(whoAwaits(), ({ stack }) => /whoAwaits.*client\.test\.mjs/.test(stack));
});

test("the same by require, with the same classes", async () => {
  const required = createRequire(import.meta.url)("libverigator");
  assert.equal(required.Client, verigator.Client);
  assert.equal(required.NotFoundError, verigator.NotFoundError);
});

test("with what the environment says", async () => {
  const script = `
    import { Client } from "libverigator";
    await Client.fromEnv({ timeout: 5000 }).getService("nothing").catch(({ name }) => console.log(name));
  `;
  const { said } = await runScript(script, { env: server.environment });
  assert.equal(said, "NotFoundError\n");
});

test("an environment that lacks something is refused by its name", async () => {
  const { VERIGATOR_PASSWORD: _, ...env } = server.environment;
  const { said } = await runScript('import { Client } from "libverigator"; Client.fromEnv()', { env });
  assert.match(said, /InvalidConfigError: .*VERIGATOR_PASSWORD/);
});

test("closing ends the calls that wait, and refuses later ones", async (context) => {
  const scripted = await startScripted(context, () => {});
  const client = scripted.client();
  const waiting = client.getService("s1");
  await scripted.came(1);
  const closed = client.close();
  await assert.rejects(waiting, { name: "CallCancelledError", code: "CANCELLED", maybeSent: true });
  await closed;
  await assert.rejects(client.getService("s1"), { name: "ClosedError", maybeSent: false });
  await client.close();
});

test("`await using` closes", async (context) => {
  const scripted = await startScripted(context);
  const client = scripted.client();
  await client[Symbol.asyncDispose]();
  await assert.rejects(client.getService("s1"), verigator.ClosedError);
});

test("what a program gets cannot be changed", async (context) => {
  const scripted = await startScripted(context);
  const service = await scripted.client().getService("s1");
  assert.throws(() => {
    service.id = "s2";
  }, TypeError);
});

test("the deadline of one call", async (context) => {
  const scripted = await startScripted(context, () => {});
  const client = scripted.client();
  await assert.rejects(client.getService("s1", { timeout: 20 }), { name: "DeadlineExceededError", kind: "timeout" });
  await assert.rejects(client.getService("s1", { timeout: 0 }), verigator.InvalidArgumentError);
});

test("how long a service asks to wait, in milliseconds", async (context) => {
  const scripted = await startScripted(context, (_request, response) =>
    says(response, 429, {}, { "retry-after": "7" }),
  );
  await assert.rejects(scripted.client().getService("s1"), { name: "TooManyRequestsError", retryAfter: 7000 });
});

test("statuses that there is no class for", async (context) => {
  let status = 418;
  const scripted = await startScripted(context, (_request, response) => says(response, status, {}));
  const client = scripted.client();
  await assert.rejects(client.getService("s1"), { name: "ServiceError", status: 418 });
  status = 599;
  await assert.rejects(client.getService("s1"), { name: "ServerError", status: 599 });
});

test("log lines come before the end of the call, and what a logger throws ends it", async (context) => {
  const scripted = await startScripted(context);
  const lines = [];
  const logger = Object.fromEntries(
    ["error", "warn", "info", "debug"].map((level) => [level, (line) => lines.push(`${level} ${line}`)]),
  );
  await scripted.client({ logger, logLevel: "debug" }).getService("s1");
  assert.equal(lines.length, 2);
  assert.match(lines[0], /^debug GET .*new connection/);
  assert.match(lines[1], /^(info|debug) GET .*200/);

  const failing = { ...logger, info: () => assert.fail("no room"), debug: () => assert.fail("no room") };
  await assert.rejects(scripted.client({ logger: failing, logLevel: "debug" }).getService("s1"), /no room/);
});

/** What the client is given: the wrong type is this layer's to refuse, all else the library's. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { Client, InvalidArgumentError, InvalidConfigError } from "libverigator";
import { SERVICE, says, startScripted } from "./support/server.mjs";

const URL_OF_NOBODY = "http://127.0.0.1:1";
const client = new Client("demo", "demo-password", { baseUrl: URL_OF_NOBODY });

function make(options) {
  return () => new Client("demo", "demo-password", options);
}

test("a value of another type is a TypeError, as a rejection", async () => {
  await assert.rejects(client.getService(1), {
    name: "TypeError",
    code: "ERR_INVALID_ARG_TYPE",
    message: "serviceId must be a string, not number",
  });
  await assert.rejects(client.pageUsers("s", 1.5), /limit must be a whole number/);
  await assert.rejects(client.pageUsers("s", Number.NaN), TypeError);
  await assert.rejects(client.verify("s", "u", "123456", "sms"), /challenge must be an object, not string/);
  await assert.rejects(client.getService("s", { signal: {} }), /signal must be an AbortSignal, not object/);
  await assert.rejects(client.getService("s", "options"), /options must be an object, not string/);
  await assert.rejects(client.getService("s", { timeout: "1" }), /timeout must be a number of milliseconds/);
});

test("a value that is missing is the library's to refuse", async () => {
  await assert.rejects(client.getService(null), { name: "InvalidArgumentError", message: /service_id/ });
  await assert.rejects(client.getService(), InvalidArgumentError);
});

test("a NUL and half of a surrogate pair are refused, whole pairs are not", async (context) => {
  const scripted = await startScripted(context);
  const client = scripted.client();
  await assert.rejects(client.getService("a\0b"), /NUL/);
  await assert.rejects(client.getService("a\ud83d"), /not UTF-8/);
  await assert.rejects(client.getService("\udc00\ud83d"), /not UTF-8/);
  assert.equal((await client.getService("ü€😀")).id, SERVICE.id);
  assert.equal(decodeURIComponent(scripted.requests[0].url), "/v1/service/service/ü€😀");
});

test("numbers beyond all limits are told as the nearest that there is", async () => {
  for (const limit of [Infinity, -Infinity, 2 ** 63, Number.MAX_VALUE]) {
    await assert.rejects(client.pageUsers("s", limit), InvalidArgumentError);
  }
  assert.throws(make({ maxRetries: 2 ** 40 }), InvalidConfigError);
});

test("a method that there is not", async () => {
  await assert.rejects(client.initiate("s", "u", "post"), /method is "post"; pass "totp" or "sms"/);
});

test("options that cannot be used", () => {
  assert.throws(make({ baseUrl: "ftp://localhost" }), { name: "InvalidConfigError", code: "INVALID_CONFIG" });
  assert.throws(make({ timeout: 0.5 }), /the timeout is 0 ms/);
  assert.throws(make({ timeout: Number.NaN }), InvalidConfigError);
  assert.throws(make({ timeout: "5" }), TypeError);
  assert.throws(make({ allowPlainHttp: "false" }), TypeError);
  assert.throws(make({ minTlsVersion: "TLSv1.1" }), /minTlsVersion is "TLSv1.1"/);
  assert.throws(make({ logger: { error() {} } }), /logger.warn must be a function, not undefined/);
  assert.throws(make({ logLevel: "all" }), /logLevel is "all"/);
  assert.throws(make({ proxyCredentials: { username: "u", password: "p" } }), /proxy is missing/);
  assert.throws(make({ caFile: "a\0b" }), /the CA file has a NUL/);
  assert.throws(make({ caFile: "/nowhere/ca.pem" }), InvalidConfigError);
  assert.throws(make({ caFile: pathToFileURL("/nowhere/ca.pem") }), /\/nowhere\/ca\.pem/);
  assert.throws(make({ caFile: Buffer.from("/nowhere/ca.pem") }), InvalidConfigError);
  assert.throws(make({ caPem: "none" }), InvalidConfigError);
  assert.throws(make({ clientCertificateFiles: { chain: "/nowhere", key: "/nowhere" } }), InvalidConfigError);
  assert.throws(make({ clientCertificatePem: { chain: "none", key: Buffer.from("none") } }), InvalidConfigError);
  assert.throws(make({ pinnedKeys: ["sha1//"] }), InvalidConfigError);
  assert.throws(make({ noSuchOption: 1 }), /unknown option noSuchOption/);
  assert.throws(() => new Client("", ""), InvalidConfigError);
  assert.throws(() => new Client(), InvalidArgumentError);
});

test("all options that there are", () => {
  make({
    baseUrl: "https://localhost:1",
    allowPlainHttp: false,
    address: "127.0.0.1",
    connectTimeout: 1000,
    timeout: 1000,
    maxRetries: 1,
    maxRetryWait: 1000,
    proxy: null,
    minTlsVersion: "TLSv1.3",
    userAgent: "a/1",
    userAgentPrefix: "b/1",
    userAgentSuffix: "c/1",
    maxConnections: 2,
    maxIdleConnections: 1,
    idleTimeout: 1000,
    maxResponseBytes: 1000,
    logger: console,
    logLevel: "warn",
    caFile: undefined,
  })();
  make({ proxy: "http://127.0.0.1:1", proxyCredentials: { username: "u", password: "p" } })();
});

test("what it says of itself", async (context) => {
  const scripted = await startScripted(context, (_request, response) => says(response, 200, SERVICE));
  await scripted.client({ userAgentSuffix: "my-shop/2.1" }).getService("s1");
  assert.match(
    scripted.requests[0].headers["user-agent"],
    /^verigator-node\/1\.\S+ libverigator\/1\.\S+ my-shop\/2\.1$/,
  );
});

test("a refused option is not the next client's", () => {
  assert.throws(make({ timeout: -1 }), InvalidConfigError);
  make({})();
});

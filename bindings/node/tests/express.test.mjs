/** The shop of `examples/node/express`, as its visitors see it. */

import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Program } from "./support/programs.mjs";
import { REPOSITORY, startServer } from "./support/server.mjs";

const SHOP = join(dirname(fileURLToPath(import.meta.url)), "../shop");
cpSync(join(REPOSITORY, "examples/node/express"), SHOP, { recursive: true });

/** Somebody with a browser. */
class Visitor {
  #cookie = "";

  constructor(url) {
    this.url = url;
  }

  async visit(path, form) {
    const reply = await fetch(this.url + path, {
      redirect: "manual",
      headers: { cookie: this.#cookie },
      ...(form && { method: "POST", body: new URLSearchParams(form) }),
    });
    const [cookie] = reply.headers.getSetCookie();
    this.#cookie = cookie?.split(";")[0] ?? this.#cookie;
    return { status: reply.status, to: reply.headers.get("location"), page: await reply.text(), cookie: this.#cookie };
  }
}

const JANE = { email: "jane@example.com", password: "correct horse", phone: "+3725555555" };

async function open(context) {
  const server = await startServer(context);
  const environment = { ...server.environment, PORT: "0", SESSION_SECRET: "a secret of this test" };
  const shop = new Program(process.execPath, ["server.js"], { cwd: SHOP, env: environment });
  context.after(async () => {
    shop.process.kill();
    assert.deepEqual(await shop.end(), { said: "", code: 0, signal: null });
  });
  const url = (await shop.until("\n")).trim().split(" ").at(-1);
  const visitor = new Visitor(url);
  assert.equal((await visitor.visit("/register", JANE)).to, "/login");
  return { server, shop, visitor };
}

test("a login with password and PIN, and the end of it", async (context) => {
  const { server, visitor } = await open(context);
  const before = await visitor.visit("/login", JANE);
  assert.equal(before.to, "/pin");
  assert.match((await visitor.visit("/pin")).page, /sent you a PIN/);
  // The password alone is not enough.
  assert.equal((await visitor.visit("/account")).to, "/login");

  const wrong = await visitor.visit("/pin", { token: await server.wrongPin() });
  assert.equal(wrong.status, 401);
  assert.match(wrong.page, /not right/);
  assert.equal((await visitor.visit("/account")).to, "/login");

  const right = await visitor.visit("/pin", { token: await server.pin() });
  assert.equal(right.to, "/account");
  assert.notEqual(right.cookie, before.cookie, "a session that was known before is worth nothing");
  assert.match((await visitor.visit("/account")).page, /Welcome, jane@example.com!/);
  assert.match((await visitor.visit("/")).page, /Your account/);

  assert.equal((await visitor.visit("/logout", {})).to, "/");
  assert.equal((await visitor.visit("/account")).to, "/login");
});

test("a PIN is not asked for without the password, and not taken", async (context) => {
  const { server, visitor } = await open(context);
  assert.equal((await visitor.visit("/login", { ...JANE, password: "wrong" })).status, 401);
  assert.equal((await visitor.visit("/login", { ...JANE, email: "joe@example.com" })).status, 401);
  assert.equal((await visitor.visit("/pin")).to, "/login");
  assert.equal((await visitor.visit("/pin", { token: "123456" })).to, "/login");
  assert.deepEqual(await server.ask("GET", "/_/outbox"), { messages: [] });
});

test("too many attempts, what is not right, and a second factor that cannot be asked", async (context) => {
  const { server, shop, visitor } = await open(context);
  assert.equal((await visitor.visit("/register", JANE)).status, 409);
  assert.equal((await visitor.visit("/register", { ...JANE, email: "joe@example.com", phone: "none" })).status, 422);
  await shop.until("\n");

  await visitor.visit("/login", JANE);
  assert.equal((await visitor.visit("/pin", { token: "" })).status, 422);
  await shop.until("\n");
  let page = "";
  for (let attempt = 0; attempt < 20 && !/Too many/.test(page); attempt++) {
    ({ page } = await visitor.visit("/pin", { token: "0000000" }));
  }
  assert.match(page, /Too many attempts/);

  await server.misbehave("start-authentication", { status: 503 });
  const down = await visitor.visit("/login", JANE);
  assert.equal(down.status, 503);
  assert.match(down.page, /Try again later/);
  assert.match(await shop.until("\n"), /503/);
  assert.equal((await visitor.visit("/account")).to, "/login");
});

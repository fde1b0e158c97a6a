/** The servers that tests talk to: the real one, and one that answers what a test says. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Client } from "libverigator";

export const REPOSITORY = process.env.VERIGATOR_REPOSITORY;
const PROGRAM = process.env.VERIGATOR_SERVER ?? join(REPOSITORY, "target/debug/verigator-server");

/** A running `verigator-server` with its development account, stopped at the end of the test. */
export async function startServer(test) {
  const options = ["--dev", "--database", ":memory:", "--listen", "127.0.0.1:0", "--chaos"];
  const server = spawn(PROGRAM, options, { stdio: ["ignore", "pipe", "ignore"] });
  const ended = once(server, "exit");
  test.after(() => {
    server.kill();
    return ended;
  });
  const [line] = await once(createInterface(server.stdout), "line");
  return new Server(line.split(" ").at(-1));
}

class Server {
  username = "demo";
  password = "demo-password";
  #services = 0;

  constructor(url) {
    this.url = url;
  }

  /** What a program finds in its environment. */
  get environment() {
    return {
      ...process.env,
      VERIGATOR_USERNAME: this.username,
      VERIGATOR_PASSWORD: this.password,
      VERIGATOR_BASE_URL: this.url,
    };
  }

  client(options) {
    return new Client(this.username, this.password, { baseUrl: this.url, ...options });
  }

  /** A service that there was not, with a user. */
  async jane(client) {
    this.#services += 1;
    const service = await client.createService(`login${this.#services}.example.com`, "Example");
    const user = await client.createUser(service.id, "+3725555555", "jane@example.com");
    return { serviceId: service.id, userId: user.id };
  }

  /** The PIN that this user, or anybody, was sent last. */
  async pin(userId) {
    const { messages } = await this.ask("GET", userId ? `/_/outbox?user_id=${userId}` : "/_/outbox");
    return messages.at(-1).pin;
  }

  /** Another one. */
  async wrongPin(userId) {
    return String((Number(await this.pin(userId)) + 1) % 1000000).padStart(6, "0");
  }

  async ask(method, path, body) {
    const reply = await fetch(this.url + path, { method, ...(body && { body: JSON.stringify(body) }) });
    return await reply.json();
  }

  /** Has the next such operation go wrong. */
  misbehave(operation, effect) {
    return this.ask("PUT", "/_/chaos", [{ operation, times: 1, ...effect }]);
  }
}

/**
 * A server that answers each request by `answer(request, response)`, and remembers what it was asked. By default it
 * answers as to a service that is read.
 */
export async function startScripted(test, answer = (_request, response) => says(response, 200, SERVICE)) {
  const requests = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  test.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${server.address().port}`;
  return {
    url,
    requests,
    server,
    client: (options) => new Client("demo", "demo-password", { baseUrl: url, maxRetries: 0, ...options }),
    /** Resolves when so many requests have come in all. */
    async came(count) {
      while (requests.length < count) {
        await once(server, "request");
      }
    },
  };
}

/** What a service is, as it comes. */
export const SERVICE = { id: "s1", name: "Example", ctime: "2017-07-06T13:12:03.141Z" };

export function says(response, status, body, headers = {}) {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/** Answers nothing, so that the call waits. */
export function stalls() {}

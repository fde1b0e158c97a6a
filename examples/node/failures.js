// What can go wrong, and how a program tells one failure from another.
//
// Each is brought about, and printed as a line of `examples/failures.txt`. What a program does is in EXPLANATIONS,
// printFailure and printAnswer; the rest makes trouble, for which it needs a `verigator-server --dev --chaos`.
// VERIGATOR_USERNAME, VERIGATOR_PASSWORD and VERIGATOR_BASE_URL say where, and as whom.

import * as verigator from "libverigator";
import { anyChallenge, Client } from "libverigator";

const WRONG = "That is not right. Please correct it.";
const TAKEN = "You are registered already.";
const OLD = "That code is too old. Ask for another.";
const NO_CODE = "If no code comes, ask for another.";
const WAIT = "Too many attempts. Wait a while.";
const LATER = "We cannot log you in now. Try again later.";
const BEGIN = "Please begin again, or call us.";
const CALL_US = "We cannot log you in. Please call us.";

/** Where the trouble comes from. */
const SERVER = process.env.VERIGATOR_BASE_URL;

/** Prints one line of the table. */
function printLine(situation, what, sent, again, tell) {
  console.log(situation.padEnd(28) + what.padEnd(24) + sent.padEnd(7) + again.padEnd(19) + tell);
}

/** What a failure is, whether the same call may succeed later, and what the user reads: by the first class that fits. */
const EXPLANATIONS = [
  [verigator.InvalidArgumentError, "invalid argument", false, WRONG],
  [verigator.InvalidConfigError, "invalid option", false, CALL_US],
  [verigator.ClosedError, "closed before the call", false, LATER],
  [verigator.NameLookupError, "name not found", true, LATER],
  [verigator.ConnectError, "no connection", true, LATER],
  [verigator.TLSError, "TLS failed", false, CALL_US],
  [verigator.DisconnectedError, "connection broken", true, LATER],
  [verigator.DeadlineExceededError, "deadline passed", true, LATER],
  [verigator.CallCancelledError, "closed during the call", false, LATER],
  [verigator.ProxyError, "proxy failed", true, LATER],
  [verigator.ResponseTooLargeError, "reply too large", false, CALL_US],
  [verigator.ProtocolError, "no valid reply", false, CALL_US],
  [verigator.UnauthorizedError, "wrong credentials", false, CALL_US],
  [verigator.ForbiddenError, "forbidden", false, CALL_US],
  [verigator.NotFoundError, "not found", false, BEGIN],
  [verigator.ConflictError, "conflict", false, TAKEN],
  [verigator.InvalidDataError, "invalid data", false, WRONG],
  [verigator.TooManyRequestsError, "too many requests", true, WAIT],
  [verigator.ServerError, "service failed", true, LATER],
  // Also what a later version of the library may reject with.
  [verigator.VerigatorError, "unexpected failure", false, CALL_US],
];

/** Every failure is a no. Whether to repeat the call depends on what the first one has done. */
function printFailure(situation, failure) {
  const explanation = EXPLANATIONS.find(([kind]) => failure instanceof kind);
  if (explanation === undefined) {
    throw failure;
  }
  const [, what, maySucceed, tell] = explanation;
  const sent = failure.maybeSent ? "maybe" : "no";
  if (!maySucceed) {
    printLine(situation, what, sent, "no", tell);
  } else if (!failure.retrySafe) {
    // A start may have sent a code, and another start would end it.
    printLine(situation, what, sent, "if the user asks", NO_CODE);
  } else if (failure.retryAfter !== null) {
    printLine(situation, what, sent, `after ${failure.retryAfter / 1000} s`, tell);
  } else {
    printLine(situation, what, sent, "yes", tell);
  }
}

/** A no is an answer, and no failure. */
function printAnswer(situation, answer) {
  if (answer.verified) {
    printLine(situation, "verified", "yes", "no", "Welcome!");
  } else if (answer.throttled) {
    printLine(situation, "denied, throttled", "yes", "after a while", WAIT);
  } else if (answer.expired) {
    printLine(situation, "denied, expired", "yes", "with a new start", OLD);
  } else {
    printLine(situation, "denied", "yes", "with another code", WRONG);
  }
}

/** Prints how a call fails. */
async function fails(situation, call) {
  try {
    await call();
  } catch (failure) {
    printFailure(situation, failure);
    return;
  }
  throw new Error(`${situation}: this should have failed`);
}

/** A request to the development routes of the server. */
async function askServer(method, path, body) {
  const reply = await fetch(SERVER + path, { method, ...(body && { body: JSON.stringify(body) }) });
  return await reply.json();
}

/** Has the next such operation go wrong. */
function misbehave(operation, effect) {
  return askServer("PUT", "/_/chaos", [{ operation, times: 1, ...effect }]);
}

/** A user who has trouble. */
class Jane {
  constructor(client, serviceId, userId) {
    this.client = client;
    this.serviceId = serviceId;
    this.userId = userId;
  }

  /** Starts an authentication. */
  start(client = this.client) {
    return client.initiate(this.serviceId, this.userId);
  }

  /** Starts with an option that cannot go well. */
  startWith(situation, option) {
    return fails(situation, () => this.start(Client.fromEnv(option)));
  }

  /** Asks whether a code is right. */
  verify(code) {
    return this.client.check(this.serviceId, this.userId, code, anyChallenge);
  }

  /** Prints what the service says of a code. */
  async check(situation, code) {
    try {
      printAnswer(situation, await this.verify(code));
    } catch (failure) {
      printFailure(situation, failure);
    }
  }

  /** The code in the message that Jane was sent last. */
  async code() {
    const { messages } = await askServer("GET", `/_/outbox?user_id=${this.userId}`);
    return messages.at(-1).pin;
  }

  /** Prints what the service answers to codes. */
  async answers() {
    await this.check("nothing was started", "0000000");
    await this.start();
    await this.check("the right code", await this.code());
    await this.check("a code used before", await this.code());
    await this.start();
    await askServer("PUT", "/_/clock", { advance: 301 });
    await this.check("an old code", await this.code());
    await this.start();
    await this.check("a wrong code", "0000000");
    let answer = await this.verify("0000000");
    while (!answer.throttled) {
      answer = await this.verify("0000000");
    }
    printAnswer("too many wrong codes", answer);
  }

  /** Prints how calls fail that ask for what cannot be. */
  async refusedCalls() {
    const { client, serviceId } = this;
    await this.check("an empty code", "");
    await fails("a number that is none", () => client.createUser(serviceId, "none", "john@example.com"));
    await fails("a user who exists", () => client.createUser(serviceId, "+3725555556", "jane@example.com"));
    await fails("an unknown user", () => client.initiate(serviceId, "nobody"));
  }

  /** Prints how calls fail at a service that misbehaves. */
  async misbehaviour() {
    const effects = {
      "another account's service": { status: 403 },
      "too many starts": { status: 429, "retry-after": 7 },
      "a start that fails": { status: 503, "retry-after": 7 },
      "a status unheard of": { status: 418 },
      "a broken connection": { drop: true },
      "a reply that is none": { status: 201, body: "It works!" },
    };
    for (const [situation, effect] of Object.entries(effects)) {
      await misbehave("start-authentication", effect);
      await fails(situation, () => this.start());
    }
    await misbehave("get-user", { status: 503, "retry-after": 7 });
    await fails("reading that fails", () => this.client.getUser(this.serviceId, this.userId));
  }

  /** Prints how calls fail with options that are not right. */
  async options() {
    await this.startWith("an option that is none", { baseUrl: "ftp://localhost" });
    // A label has 63 characters at most.
    await this.startWith("an unknown name", { baseUrl: `https://${"0".repeat(64)}.example` });
    // Port 1 (tcpmux) is served by nobody.
    await this.startWith("nobody listens", { baseUrl: "http://127.0.0.1:1" });
    await this.startWith("no TLS there", { baseUrl: SERVER.replace("http:", "https:") });
    await this.startWith("no proxy there", { proxy: "http://127.0.0.1:1" });
    await misbehave("start-authentication", { delay: 60000 });
    await this.startWith("a slow service", { timeout: 500 });
    await this.startWith("a long reply", { maxResponseBytes: 4 });
    await fails("a wrong password", () => this.start(new Client("demo", "wrong", { baseUrl: SERVER })));
  }

  /** Prints how calls of a client fail that is closed. */
  async closing() {
    const client = Client.fromEnv();
    await misbehave("start-authentication", { delay: 60000 });
    const before = JSON.stringify(await askServer("GET", "/_/chaos"));
    const waiting = fails("closed meanwhile", () => this.start(client));
    while (JSON.stringify(await askServer("GET", "/_/chaos")) === before) {
      // The call has not come yet.
    }
    await client.close();
    await waiting;
    await fails("closed before", () => this.start(client));
  }
}

const client = Client.fromEnv();
const service = await client.createService("failures.example.com", "Example shop");
const user = await client.createUser(service.id, "+3725555555", "jane@example.com");
printLine("SITUATION", "WHAT HAPPENED", "SENT", "TRY AGAIN", "TELL THE USER");
const jane = new Jane(client, service.id, user.id);
await jane.answers();
await jane.refusedCalls();
await jane.misbehaviour();
await jane.options();
await jane.closing();
await client.deleteService(service.id);
await client.close();

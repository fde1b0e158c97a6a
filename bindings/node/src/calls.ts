/** The calls of a client: each is handed to the library's queue, and its promise settles when it has ended. */

import { Aborts } from "./aborts.js";
import { type Argument, addon, type Ended, type Owner, type RawFailure, type Setting } from "./addon.js";
import { abortedBefore, abortedOr, errorOf } from "./failures.js";
import type { Logger } from "./options.js";
import { abortSignal, milliseconds, object } from "./values.js";

/** How many ended calls are taken out before the loop sees to other things. */
const MOST_A_TURN = 64;

/** What one call may be given. */
export interface CallOptions {
  /**
   * Cancels the call when it is aborted, which rejects with {@link CallCancelledError}: its `maybeSent` says whether
   * the service may have seen the request. An answer that comes at that moment is kept.
   */
  signal?: AbortSignal;
  /** The deadline of the whole call in milliseconds; 1 to 3600000. Default: that of the client. */
  timeout?: number;
}

/** Who waits for the end of a call. */
interface Waiting {
  readonly resolve: (ended: Ended) => void;
  readonly signal: AbortSignal | undefined;
}

export interface Credentials {
  readonly username: string | null;
  readonly password: string | null;
}

function check(failure: RawFailure | undefined): void {
  if (failure !== undefined) {
    throw errorOf(failure);
  }
}

export class Calls implements Owner {
  readonly #logger: Logger | undefined;
  readonly #pending = new Map<number, Waiting>();
  /** Who waits for the end of all. */
  #closing: (() => void)[] = [];
  readonly #aborts = new Aborts(addon.cancel);

  /** With the credentials of the environment, where none are given. */
  constructor(settings: readonly Setting[], credentials: Credentials | undefined, logger: Logger | undefined) {
    const { username, password } = credentials ?? {};
    check(addon.open(this, settings, credentials === undefined, username, password));
    this.#logger = logger;
  }

  /** Makes a call of an operation of `verigator_call_*`, and resolves with its answer. */
  async run(operation: string, values: readonly Argument[], options: CallOptions = {}): Promise<unknown> {
    const { signal: given, timeout: limit } = object("options", options);
    const signal = abortSignal("signal", given);
    if (signal?.aborted) {
      throw abortedBefore(signal);
    }
    const timeout = limit === undefined ? undefined : milliseconds("timeout", limit);
    const call = addon.submit(this, timeout, operation, ...values);
    if (typeof call === "object") {
      throw errorOf(call);
    }
    const { failure, answer, log } = await this.#endOf(call, signal);
    this.#log(log);
    // Made here, so that its stack tells who awaits the call.
    if (failure !== null) {
      throw abortedOr(failure, signal);
    }
    return answer;
  }

  /** The promise is made in JavaScript, so that what follows runs in the caller's asynchronous context. */
  #endOf(call: number, signal: AbortSignal | undefined): Promise<Ended> {
    if (signal !== undefined) {
      this.#aborts.add(signal, call);
    }
    return new Promise((resolve) => {
      this.#pending.set(call, { resolve, signal });
    });
  }

  /** The addon calls it when ended calls wait. */
  ended(): void {
    const ended = addon.take(this, MOST_A_TURN);
    ended.forEach((each) => {
      this.#settle(each);
    });
    // What is left may take long, and the loop has other things to do.
    if (ended.length === MOST_A_TURN) {
      setImmediate(() => this.ended());
    }
  }

  #settle(ended: Ended): void {
    const { resolve, signal } = this.#pending.get(ended.call) as Waiting;
    this.#pending.delete(ended.call);
    if (signal !== undefined) {
      this.#aborts.remove(signal, ended.call);
    }
    resolve(ended);
    if (this.#pending.size === 0) {
      for (const closed of this.#closing.splice(0)) {
        closed();
      }
    }
  }

  #log(lines: Ended["log"]): void {
    for (const { level, message } of lines) {
      this.#logger?.[level](message);
    }
  }

  /** Ends the calls that wait, refuses later ones, and resolves when all have ended. */
  async close(): Promise<void> {
    check(addon.close(this));
    if (this.#pending.size > 0) {
      await new Promise<void>((closed) => {
        this.#closing.push(closed);
      });
    }
  }

  /** Closes the connections that no call uses. */
  closeIdle(): void {
    check(addon.closeIdle(this));
  }
}

/** The functions of the addon (`native/client.h`), and the one copy of it that this copy of the package uses. */

import type { Kind } from "./errors.js";
import { loadAddon } from "./loading.js";
import type { LogLevel } from "./options.js";

/** A failure as C has it: 0 and -1 for numbers that are not there. */
export interface RawFailure {
  status: number;
  code: string;
  kind: Kind | null;
  message: string;
  httpStatus: number;
  serviceMessage: string | null;
  body: Uint8Array | null;
  requestId: string | null;
  retryAfter: number;
  maybeSent: boolean;
  retrySafe: boolean;
}

/** What C reads. */
export type Argument = string | number | boolean | Uint8Array | null | undefined;

/** A setter of `verigator.h` without `verigator_config_`, and its arguments. */
export type Setting = readonly [setter: string, ...values: Argument[]];

/** A call that has ended. */
export interface Ended {
  call: number;
  failure: RawFailure | null;
  answer: unknown;
  log: { level: LogLevel; message: string }[];
}

/** An object that has a client, and is told when calls of it have ended. */
export interface Owner {
  ended(): void;
}

/** What `native/addon.c` exports. */
export interface Addon {
  statuses: Readonly<Record<"INVALID_ARGUMENT" | "INVALID_CONFIG" | "CANCELLED", number>>;
  version(): string;
  open(
    owner: Owner,
    settings: readonly Setting[],
    fromEnvironment: boolean,
    username?: string | null,
    password?: string | null,
  ): RawFailure | undefined;
  submit(owner: Owner, timeout: number | undefined, operation: string, ...values: Argument[]): number | RawFailure;
  take(owner: Owner, most: number): Ended[];
  cancel(call: number): void;
  close(owner: Owner): RawFailure | undefined;
  closeIdle(owner: Owner): RawFailure | undefined;
}

export const addon: Addon = loadAddon() as Addon;

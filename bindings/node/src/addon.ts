/** The functions of the addon (`native/client.h`), and the one copy of it that this copy of the package uses. */

import { loadAddon } from "./loading.js";

/** A failure as C has it: numbers for kinds, 0 and -1 for what is not there. */
export interface RawFailure {
  status: number;
  code: string;
  kind: number;
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
  log: { level: number; message: string }[];
}

/** An object that has a client, and is told when calls of it have ended. */
export interface Owner {
  ended(): void;
}

/** What `native/addon.c` exports. */
export interface Addon {
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

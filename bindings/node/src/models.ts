/** The contract's nouns: plain objects, frozen, which know nothing of the client that they came from. */

/** A way to prove a login: a PIN in a text message, or a code from an authenticator app (RFC 6238). */
export type StartMethod = "sms" | "totp";

/** A way that a login was proved: a recovery code is one too, though none starts with it. */
export type Method = StartMethod | "recovery_code";

/** A registered service: what its users log in to. */
export interface Service {
  /** For the other calls. */
  readonly id: string;
  /** What users see. */
  readonly name: string;
  /** When it was made, an RFC 3339 timestamp as the service wrote it. */
  readonly ctime: string;
}

/** A page of the services of an account. */
export interface ServiceList {
  /** Those of the page. */
  readonly services: readonly Service[];
  /** How many there are, as the server says. */
  readonly total: number;
  /** What {@link Client.pageServices} takes for the next page, or `null` on the last one. */
  readonly nextCursor: string | null;
}

/** A user of a service. */
export interface User {
  /** The id at Verigator, for the other calls. */
  readonly id: string;
  /** When the user was registered, an RFC 3339 timestamp as the service wrote it. */
  readonly ctime: string;
  /** The caller's own name for the user. */
  readonly idInService: string;
}

/** The users of one service, or a page of them. */
export interface UserList {
  /** Those that the service sent. */
  readonly users: readonly User[];
  /** How many there are, as the service says: more than were sent if it sent only some. */
  readonly total: number;
  /** What {@link Client.pageUsers} takes for the next page, or `null` on the last one. */
  readonly nextCursor: string | null;
}

/**
 * A started authentication that waits for its token. Where another process verifies, store its two parts and make such
 * an object of them again.
 */
export interface Challenge {
  /** The method that is really used. */
  readonly method: Method;
  /** The id of this authentication, or `null` if the service gave none. */
  readonly authId: string | null;
}

/**
 * In the place of a {@link Challenge}: the token alone decides, which may be that of any authentication of the user. It
 * is the weaker check, so that it is asked for by name: `null` and `undefined`, such as a challenge that got lost, are
 * refused.
 */
export const anyChallenge: unique symbol = Symbol.for("libverigator.anyChallenge") as never;

/** What the service says of a token. An object is always true to `if`: look at `verified`. */
export interface Verification {
  /** Whether the token proves the login. Only `true` is a yes. */
  readonly verified: boolean;
  /** The method that was checked, or `null` if the service does not say. */
  readonly method: Method | null;
  /** There were too many checks: wait before the next one. */
  readonly throttled: boolean;
  /** The token was too old. */
  readonly expired: boolean;
  /** The token was wrong. */
  readonly invalid: boolean;
  /** The service's word for the outcome, such as `"INVALID"`, or `null`. */
  readonly result: string | null;
}

/** What an authenticator app is enrolled with: but for `replaced`, the secret, to be shown to its user once. */
export interface Enrolment {
  /** The secret in base32 (RFC 4648 section 6), for who cannot scan. */
  readonly secret: string;
  /** The same as a URI for the app, which begins with `otpauth://`. */
  readonly uri: string;
  /** The URI as a QR code, an SVG image. */
  readonly qrSvg: string;
  /** Whether an enrolment that was begun before and not confirmed has ended by this one. */
  readonly replaced: boolean;
}

/** A link by which a user sets an authenticator app up. Whoever opens it does so: it is given to its user alone. */
export interface EnrolmentLink {
  /** Where the user opens it: https, or http at a server for development. */
  readonly url: string;
  /** When it ends, as the server says it (RFC 3339). */
  readonly expiresAt: string;
  /** Whether it ended a link that was good, or an enrolment that was not confirmed. */
  readonly replaced: boolean;
}

/** How far the enrolment of a user's authenticator app has come. */
export interface TotpState {
  /** Whether an app is confirmed, so that logins use it. */
  readonly confirmed: boolean;
  /** Whether an enrolment was begun that waits for its first token. */
  readonly pending: boolean;
}

/**
 * Every way a call can fail, as one hierarchy under {@link VerigatorError}. An error is never a yes.
 *
 * Where a package is loaded more than once (two copies, Jest, `node:vm`), each copy has classes of its own: there,
 * `code` tells errors apart, and `instanceof` does not.
 */

/** What group an error belongs to. */
export type Kind = "usage" | "network" | "timeout" | "cancelled" | "protocol" | "service" | "internal";

/** What is known of a failure. */
export interface Failure {
  /** The permanent number: positive is the HTTP status of the service, negative arose on this side. */
  readonly status: number;
  /** The name of `status`, as in `verigator.h` without `VERIGATOR_`: `"NOT_FOUND"`, for example. */
  readonly code: string;
  /** The group it belongs to. */
  readonly kind: Kind;
  /** The HTTP status that made the call fail, or `null` if it failed otherwise. */
  readonly httpStatus: number | null;
  /** The service's own message exactly as it came, or `null`. It is the network's: do not print it unescaped. */
  readonly serviceMessage: string | null;
  /** The body of the reply exactly as it came, or `null` if none was read. */
  readonly body: Uint8Array | null;
  /** The reply's X-Request-Id, for the operator of the service, or `null`. */
  readonly requestId: string | null;
  /** How many milliseconds the service asked to wait, or `null` if it did not. */
  readonly retryAfter: number | null;
  /** Whether bytes of the request may have reached the service. */
  readonly maybeSent: boolean;
  /** Whether making the same call again can do no harm, such as a second message. */
  readonly retrySafe: boolean;
}

/** A call failed. Its `message` is one line for a person, without password or token, safe to print and to log. */
export class VerigatorError extends Error implements Failure {
  declare readonly status: number;
  declare readonly code: string;
  declare readonly kind: Kind;
  declare readonly httpStatus: number | null;
  declare readonly serviceMessage: string | null;
  declare readonly body: Uint8Array | null;
  declare readonly requestId: string | null;
  declare readonly retryAfter: number | null;
  declare readonly maybeSent: boolean;
  declare readonly retrySafe: boolean;

  /** The library makes errors; a program makes one to test what it does with it. */
  constructor(message: string, failure: Failure, options?: ErrorOptions) {
    super(message, options);
    Object.assign(this, failure);
    // What the service said may be a secret: it is there for who asks, and not for who prints the error.
    for (const name of ["serviceMessage", "body"]) {
      Object.defineProperty(this, name, { enumerable: false });
    }
  }
}

/** The call itself was wrong: mend the program or its configuration. Nothing was sent. */
export class UsageError extends VerigatorError {}

/** An argument is missing, malformed or out of its limits. */
export class InvalidArgumentError extends UsageError {}

/** An option, or the options together, cannot be used. */
export class InvalidConfigError extends UsageError {}

/** The client was closed before the call. */
export class ClosedError extends UsageError {}

/** The service was not reached, or the connection broke. */
export class NetworkError extends VerigatorError {}

/** The name of the server or proxy could not be resolved. Nothing was sent. */
export class NameLookupError extends NetworkError {}

/** No connection could be made. Nothing was sent. */
export class ConnectError extends NetworkError {}

/** TLS failed: certificate, host name, pinned key, version, or a peer that speaks no TLS. */
export class TLSError extends NetworkError {}

/** The connection broke after it was made: see `maybeSent`. */
export class DisconnectedError extends NetworkError {}

/**
 * The proxy failed or refused: it could not be reached, wants other credentials, or did not open the way to the
 * service. Nothing was sent to the service.
 */
export class ProxyError extends NetworkError {}

/** The deadline passed before the reply was there: see `maybeSent`. */
export class DeadlineExceededError extends VerigatorError {}

/**
 * The call was cancelled, or the client closed while it waited: see `maybeSent`.
 *
 * If a signal ended it, the `name` is `"AbortError"`, as elsewhere in Node.js, and the `cause` the signal's reason.
 */
export class CallCancelledError extends VerigatorError {}

/** The reply cannot be believed: it breaks the contract. */
export class ProtocolError extends VerigatorError {}

/** The reply is larger than the limit (`maxResponseBytes`). */
export class ResponseTooLargeError extends ProtocolError {}

/** The service answered with an error status: `httpStatus`. */
export class ServiceError extends VerigatorError {}

/** 401: the API username or password is missing or wrong. */
export class UnauthorizedError extends ServiceError {}

/** 403: the account may not touch this resource. */
export class ForbiddenError extends ServiceError {}

/** 404: no such service, user, enrolment or pending verification. */
export class NotFoundError extends ServiceError {}

/** 409: it exists already, or an authentication cannot start now. */
export class ConflictError extends ServiceError {}

/** 422 or 400: a value is not acceptable to the service. */
export class InvalidDataError extends ServiceError {}

/**
 * The server has no such route (501): verigator-server has it, the hosted service has not. It may have answered 404 or
 * 405, which is then the `httpStatus`. Nothing was done.
 */
export class NotSupportedError extends ServiceError {}

/** 429: too many requests; see `retryAfter`. */
export class TooManyRequestsError extends ServiceError {}

/** 5xx: the service, or a gateway before it, failed; see `retryAfter`. */
export class ServerError extends ServiceError {}

/** This process ran out of something, or the library has a defect. */
export class InternalError extends VerigatorError {}

// On the prototypes, as with JavaScript's own errors; and spelt out, since bundlers may rename classes.
for (const [name, error] of Object.entries({
  VerigatorError,
  UsageError,
  InvalidArgumentError,
  InvalidConfigError,
  ClosedError,
  NetworkError,
  NameLookupError,
  ConnectError,
  TLSError,
  DisconnectedError,
  ProxyError,
  DeadlineExceededError,
  CallCancelledError,
  ProtocolError,
  ResponseTooLargeError,
  ServiceError,
  UnauthorizedError,
  ForbiddenError,
  NotFoundError,
  ConflictError,
  InvalidDataError,
  NotSupportedError,
  TooManyRequestsError,
  ServerError,
  InternalError,
})) {
  Object.defineProperty(error.prototype, "name", { value: name, writable: true, configurable: true });
}

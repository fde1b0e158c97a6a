/** Turns the library's failures into errors. */

import { addon, type RawFailure } from "./addon.js";
import * as errors from "./errors.js";

type ErrorClass = typeof errors.VerigatorError;

const BY_CODE: Readonly<Record<string, ErrorClass>> = {
  INVALID_ARGUMENT: errors.InvalidArgumentError,
  INVALID_CONFIG: errors.InvalidConfigError,
  CLOSED: errors.ClosedError,
  DNS: errors.NameLookupError,
  CONNECT: errors.ConnectError,
  TLS: errors.TLSError,
  DISCONNECTED: errors.DisconnectedError,
  PROXY: errors.ProxyError,
  TOO_LARGE: errors.ResponseTooLargeError,
  BAD_REQUEST: errors.InvalidDataError,
  UNAUTHORIZED: errors.UnauthorizedError,
  FORBIDDEN: errors.ForbiddenError,
  NOT_FOUND: errors.NotFoundError,
  CONFLICT: errors.ConflictError,
  INVALID_DATA: errors.InvalidDataError,
  TOO_MANY_REQUESTS: errors.TooManyRequestsError,
  NOT_SUPPORTED: errors.NotSupportedError,
};

const BY_KIND: Readonly<Record<errors.Kind, ErrorClass>> = {
  usage: errors.UsageError,
  network: errors.NetworkError,
  timeout: errors.DeadlineExceededError,
  cancelled: errors.CallCancelledError,
  protocol: errors.ProtocolError,
  service: errors.ServiceError,
  internal: errors.InternalError,
};

function errorClass({ code, status }: RawFailure, kind: errors.Kind): ErrorClass {
  return BY_CODE[code] ?? (status >= 500 && status < 600 ? errors.ServerError : BY_KIND[kind]);
}

/** The error that is a failure of the library. */
export function errorOf(raw: RawFailure, options?: ErrorOptions): errors.VerigatorError {
  const { message, ...failure } = raw;
  // What a later version of the library may have.
  const kind = raw.kind ?? "internal";
  return new (errorClass(raw, kind))(
    message,
    {
      ...failure,
      kind,
      httpStatus: raw.httpStatus === 0 ? null : raw.httpStatus,
      retryAfter: raw.retryAfter < 0 ? null : raw.retryAfter,
    },
    options,
  );
}

/** The error of a call that a signal may have ended: then it is named as Node.js names it. */
export function abortedOr(raw: RawFailure, signal: AbortSignal | undefined): errors.VerigatorError {
  if (raw.code !== "CANCELLED" || !signal?.aborted) {
    return errorOf(raw);
  }
  return asAbort(errorOf(raw, { cause: signal.reason }));
}

/** The error of a call that was not made, since its signal was aborted before. */
export function abortedBefore(signal: AbortSignal): errors.VerigatorError {
  const why = "the call was cancelled before it began; nothing was sent";
  return asAbort(new errors.CallCancelledError(why, notSent("CANCELLED", "cancelled"), { cause: signal.reason }));
}

function asAbort(error: errors.VerigatorError): errors.VerigatorError {
  return Object.defineProperty(error, "name", { value: "AbortError" });
}

/** What this layer refuses of arguments, which the library could not know. */
export function invalidArgument(why: string): errors.InvalidArgumentError {
  return new errors.InvalidArgumentError(why, notSent("INVALID_ARGUMENT", "usage"));
}

/** The same of options. */
export function invalidConfig(why: string): errors.InvalidConfigError {
  return new errors.InvalidConfigError(why, notSent("INVALID_CONFIG", "usage"));
}

/** What is known of a failure before the library had anything to do with it. */
function notSent(code: keyof typeof addon.statuses, kind: errors.Kind): errors.Failure {
  return {
    status: addon.statuses[code],
    code,
    kind,
    httpStatus: null,
    serviceMessage: null,
    body: null,
    requestId: null,
    retryAfter: null,
    maybeSent: false,
    retrySafe: true,
  };
}

/** Turns the library's failures into errors. */

import type { RawFailure } from "./addon.js";
import * as errors from "./errors.js";

type ErrorClass = typeof errors.VerigatorError;

const BY_STATUS: ReadonlyMap<number, ErrorClass> = new Map<number, ErrorClass>([
  [-1, errors.InvalidArgumentError],
  [-3, errors.InvalidConfigError],
  [-4, errors.ClosedError],
  [-10, errors.NameLookupError],
  [-11, errors.ConnectError],
  [-12, errors.TLSError],
  [-13, errors.DisconnectedError],
  [-16, errors.ProxyError],
  [-21, errors.ResponseTooLargeError],
  [400, errors.InvalidDataError],
  [401, errors.UnauthorizedError],
  [403, errors.ForbiddenError],
  [404, errors.NotFoundError],
  [409, errors.ConflictError],
  [422, errors.InvalidDataError],
  [429, errors.TooManyRequestsError],
  [501, errors.NotSupportedError],
]);

/** VERIGATOR_KIND_*, which count from 1; what a later version of the library may have is the last one. */
const KINDS: readonly [errors.Kind, ErrorClass][] = [
  ["usage", errors.UsageError],
  ["network", errors.NetworkError],
  ["timeout", errors.DeadlineExceededError],
  ["cancelled", errors.CallCancelledError],
  ["protocol", errors.ProtocolError],
  ["service", errors.ServiceError],
  ["internal", errors.InternalError],
];

/** VERIGATOR_CANCELLED. */
const CANCELLED = -15;

function errorClass(status: number, ofKind: ErrorClass): ErrorClass {
  return BY_STATUS.get(status) ?? (status >= 500 && status < 600 ? errors.ServerError : ofKind);
}

/** The error that is a failure of the library. */
export function errorOf(raw: RawFailure, options?: ErrorOptions): errors.VerigatorError {
  const { message, ...failure } = raw;
  const [kind, ofKind] = KINDS[raw.kind - 1] ?? ["internal", errors.InternalError];
  return new (errorClass(raw.status, ofKind))(
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
  if (raw.status !== CANCELLED || !signal?.aborted) {
    return errorOf(raw);
  }
  return asAbort(errorOf(raw, { cause: signal.reason }));
}

/** The error of a call that was not made, since its signal was aborted before. */
export function abortedBefore(signal: AbortSignal): errors.VerigatorError {
  const failure = { ...NOT_SENT, status: CANCELLED, code: "CANCELLED", kind: "cancelled" } as const;
  const why = "the call was cancelled before it began; nothing was sent";
  return asAbort(new errors.CallCancelledError(why, failure, { cause: signal.reason }));
}

function asAbort(error: errors.VerigatorError): errors.VerigatorError {
  return Object.defineProperty(error, "name", { value: "AbortError" });
}

/** What this layer refuses of arguments, which the library could not know. */
export function invalidArgument(why: string): errors.InvalidArgumentError {
  const failure = { ...NOT_SENT, status: -1, code: "INVALID_ARGUMENT", kind: "usage" } as const;
  return new errors.InvalidArgumentError(why, failure);
}

/** The same of options. */
export function invalidConfig(why: string): errors.InvalidConfigError {
  const failure = { ...NOT_SENT, status: -3, code: "INVALID_CONFIG", kind: "usage" } as const;
  return new errors.InvalidConfigError(why, failure);
}

const NOT_SENT = {
  httpStatus: null,
  serviceMessage: null,
  body: null,
  requestId: null,
  retryAfter: null,
  maybeSent: false,
  retrySafe: true,
} as const;

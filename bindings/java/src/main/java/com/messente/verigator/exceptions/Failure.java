package com.messente.verigator.exceptions;

import java.time.Duration;

/** Which exception a status is. */
final class Failure {
    private Failure() {}

    /** The native library calls this, and throws what it returns. */
    static VerigatorException of(
            int status,
            String statusName,
            int kind,
            int httpStatus,
            String message,
            String serviceMessage,
            byte[] body,
            String requestId,
            long retryAfterMs,
            boolean maybeSent,
            boolean retrySafe) {
        Duration retryAfter = retryAfterMs < 0 ? null : Duration.ofMillis(retryAfterMs);
        return of(
                message,
                new Details(
                        status,
                        statusName,
                        ErrorKind.of(kind),
                        httpStatus,
                        serviceMessage,
                        body,
                        requestId,
                        retryAfter,
                        maybeSent,
                        retrySafe));
    }

    static VerigatorException of(String message, Details details) {
        switch (details.status) {
            case 400:
            case 422:
                return new InvalidDataException(message, details);
            case 401:
                return new WrongCredentialsException(message, details);
            case 403:
                return new ResourceForbiddenException(message, details);
            case 404:
                return new NoSuchResourceException(message, details);
            case 409:
                return new ResourceAlreadyExists(message, details);
            case 501:
                return new NotSupportedException(message, details);
            default:
                return details.kind == ErrorKind.USAGE
                        ? new InvalidInvocationError(message, details)
                        : new VerigatorInternalError(message, details);
        }
    }
}

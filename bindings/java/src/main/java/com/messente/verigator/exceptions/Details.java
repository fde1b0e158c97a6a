package com.messente.verigator.exceptions;

import java.io.Serializable;
import java.time.Duration;

/** Everything known about a failure but its message. */
final class Details implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Of an exception that did not come from a call: nothing is known, so nothing is promised. */
    static final Details UNKNOWN =
            new Details(0, "UNKNOWN", ErrorKind.INTERNAL, 0, null, null, null, null, true, false);

    /** Of a call that this side refused. */
    static final Details INVALID_ARGUMENT =
            new Details(
                    -1,
                    "INVALID_ARGUMENT",
                    ErrorKind.USAGE,
                    0,
                    null,
                    null,
                    null,
                    null,
                    false,
                    true);

    final int status;
    final String statusName;
    final ErrorKind kind;
    final int httpStatus;
    final String serviceMessage;
    final byte[] body;
    final String requestId;
    final Duration retryAfter;
    final boolean maybeSent;
    final boolean retrySafe;

    Details(
            int status,
            String statusName,
            ErrorKind kind,
            int httpStatus,
            String serviceMessage,
            byte[] body,
            String requestId,
            Duration retryAfter,
            boolean maybeSent,
            boolean retrySafe) {
        this.status = status;
        this.statusName = statusName;
        this.kind = kind;
        this.httpStatus = httpStatus;
        this.serviceMessage = serviceMessage;
        this.body = body;
        this.requestId = requestId;
        this.retryAfter = retryAfter;
        this.maybeSent = maybeSent;
        this.retrySafe = retrySafe;
    }
}

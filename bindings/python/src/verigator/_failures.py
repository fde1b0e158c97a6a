"""Turns the library's failures into exceptions."""

from __future__ import annotations

import ctypes

from verigator import _raw, errors
from verigator._library import library
from verigator._text import optional_text_out, text_out

_BY_STATUS: dict[int, type[errors.VerigatorError]] = {
    _raw.VERIGATOR_INVALID_ARGUMENT: errors.InvalidArgumentError,
    _raw.VERIGATOR_INVALID_CONFIG: errors.InvalidConfigError,
    _raw.VERIGATOR_CLOSED: errors.ClosedError,
    _raw.VERIGATOR_DNS: errors.NameLookupError,
    _raw.VERIGATOR_CONNECT: errors.ConnectError,
    _raw.VERIGATOR_TLS: errors.TLSError,
    _raw.VERIGATOR_DISCONNECTED: errors.DisconnectedError,
    _raw.VERIGATOR_PROXY: errors.ProxyError,
    _raw.VERIGATOR_TOO_LARGE: errors.ResponseTooLargeError,
    _raw.VERIGATOR_BAD_REQUEST: errors.InvalidDataError,
    _raw.VERIGATOR_UNAUTHORIZED: errors.UnauthorizedError,
    _raw.VERIGATOR_FORBIDDEN: errors.ForbiddenError,
    _raw.VERIGATOR_NOT_FOUND: errors.NotFoundError,
    _raw.VERIGATOR_CONFLICT: errors.ConflictError,
    _raw.VERIGATOR_INVALID_DATA: errors.InvalidDataError,
    _raw.VERIGATOR_TOO_MANY_REQUESTS: errors.TooManyRequestsError,
    _raw.VERIGATOR_NOT_SUPPORTED: errors.NotSupportedError,
}

_BY_KIND: dict[int, type[errors.VerigatorError]] = {
    _raw.VERIGATOR_KIND_USAGE: errors.UsageError,
    _raw.VERIGATOR_KIND_NETWORK: errors.NetworkError,
    _raw.VERIGATOR_KIND_TIMEOUT: errors.DeadlineExceededError,
    _raw.VERIGATOR_KIND_CANCELLED: errors.CallCancelledError,
    _raw.VERIGATOR_KIND_PROTOCOL: errors.ProtocolError,
    _raw.VERIGATOR_KIND_SERVICE: errors.ServiceError,
    _raw.VERIGATOR_KIND_INTERNAL: errors.InternalError,
}


def check(status: int) -> None:
    """Raises what a function of the library came to, unless that is success.

    The failure is the calling thread's last one, so this must follow at once. A call has its own,
    which is `failure_of` it.
    """
    if status != _raw.VERIGATOR_OK:
        raise _last_failure(status)


def _last_failure(status: int) -> errors.VerigatorError:
    handle = library.verigator_last_error()
    try:
        if library.verigator_error_status(handle) != status:
            # A signal handler of the program made a call in between, so the details are lost.
            return _lost(status)
        return _read_failure(handle, status)
    finally:
        library.verigator_error_free(handle)
        # The exception has it now, and what the service said may be a secret.
        library.verigator_clear_error()


def failure_of(call: ctypes.c_void_p, status: int) -> errors.VerigatorError:
    """Why a call failed that has ended with this status."""
    handle = library.verigator_call_error(call)
    try:
        if handle is None:
            return _lost(status)
        return _read_failure(handle, status)
    finally:
        library.verigator_error_free(handle)


def _lost(status: int) -> errors.VerigatorError:
    """A failure of which no more is known."""
    return _error_type(status, 0)(_status_name(status), status=status)


def _read_failure(handle: int, status: int) -> errors.VerigatorError:
    length = ctypes.c_size_t()
    body = library.verigator_error_body(handle, ctypes.byref(length))
    retry_after_ms = library.verigator_error_retry_after_ms(handle)
    return _error_type(status, library.verigator_error_kind(handle))(
        text_out(library.verigator_error_message(handle)),
        status=status,
        http_status=library.verigator_error_http_status(handle) or None,
        service_message=optional_text_out(library.verigator_error_service_message(handle)),
        body=None if body is None else ctypes.string_at(body, length.value),
        request_id=optional_text_out(library.verigator_error_request_id(handle)),
        retry_after=None if retry_after_ms < 0 else retry_after_ms / 1000,
        maybe_sent=library.verigator_error_maybe_sent(handle) == 1,
        retry_safe=library.verigator_error_retry_safe(handle) == 1,
    )


def _error_type(status: int, kind: int) -> type[errors.VerigatorError]:
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if 500 <= status < 600:
        return errors.ServerError
    return _BY_KIND.get(kind, errors.ServiceError if status > 0 else errors.VerigatorError)


def _status_name(status: int) -> str:
    return f"the call failed: {text_out(library.verigator_status_name(status))} ({status})"

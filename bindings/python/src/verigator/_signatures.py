"""The prototype of every function of the C API, as in `verigator.h`; a test compares the two."""

from __future__ import annotations

import ctypes
from ctypes import (
    POINTER,
    c_char_p,
    c_int32,
    c_int64,
    c_size_t,
    c_uint64,
    c_void_p,
)
from typing import Any

# A handle is a value to the caller, not an address; ctypes hands a pointer over as an int.
HANDLE = c_void_p
OUT_HANDLE = POINTER(c_void_p)

STATUS = METHOD = KIND = LOG_LEVEL = TLS_VERSION = c_int32
# 1 or 0; nothing else is true.
TRUTH = c_int32

# A string out is copied by ctypes the moment it is returned. The body of a reply is not
# NUL-terminated, so that one is an address.
STRING = c_char_p
BYTES = c_void_p

LOG_CALLBACK = ctypes.CFUNCTYPE(None, c_void_p, LOG_LEVEL, c_char_p)
DESTROY_CALLBACK = ctypes.CFUNCTYPE(None, c_void_p)
WAKE_CALLBACK = ctypes.CFUNCTYPE(None, c_void_p)

#: Name of a function -> its result and its parameters.
PROTOTYPES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "verigator_version": (STRING, ()),
    "verigator_status_name": (STRING, (STATUS,)),
    # Errors
    "verigator_last_error": (HANDLE, ()),
    "verigator_clear_error": (None, ()),
    "verigator_error_free": (STATUS, (HANDLE,)),
    "verigator_error_status": (STATUS, (HANDLE,)),
    "verigator_error_kind": (KIND, (HANDLE,)),
    "verigator_error_http_status": (c_int32, (HANDLE,)),
    "verigator_error_message": (STRING, (HANDLE,)),
    "verigator_error_service_message": (STRING, (HANDLE,)),
    "verigator_error_body": (BYTES, (HANDLE, POINTER(c_size_t))),
    "verigator_error_request_id": (STRING, (HANDLE,)),
    "verigator_error_retry_after_ms": (c_int64, (HANDLE,)),
    "verigator_error_maybe_sent": (TRUTH, (HANDLE,)),
    "verigator_error_retry_safe": (TRUTH, (HANDLE,)),
    # Configurations
    "verigator_config_new": (STATUS, (STRING, STRING, OUT_HANDLE)),
    "verigator_config_from_env": (STATUS, (OUT_HANDLE,)),
    "verigator_config_free": (STATUS, (HANDLE,)),
    "verigator_config_set_base_url": (STATUS, (HANDLE, STRING)),
    "verigator_config_set_allow_plain_http": (STATUS, (HANDLE, TRUTH)),
    "verigator_config_set_address": (STATUS, (HANDLE, STRING)),
    "verigator_config_set_connect_timeout_ms": (STATUS, (HANDLE, c_int64)),
    "verigator_config_set_timeout_ms": (STATUS, (HANDLE, c_int64)),
    "verigator_config_set_max_retries": (STATUS, (HANDLE, c_int64)),
    "verigator_config_set_max_retry_wait_ms": (STATUS, (HANDLE, c_int64)),
    "verigator_config_set_proxy": (STATUS, (HANDLE, STRING, STRING, STRING)),
    "verigator_config_unset_proxy": (STATUS, (HANDLE,)),
    "verigator_config_set_ca_file": (STATUS, (HANDLE, STRING)),
    "verigator_config_set_ca_pem": (STATUS, (HANDLE, STRING, c_size_t)),
    "verigator_config_set_client_certificate_file": (STATUS, (HANDLE, STRING, STRING)),
    "verigator_config_set_client_certificate_pem": (
        STATUS,
        (HANDLE, STRING, c_size_t, STRING, c_size_t),
    ),
    "verigator_config_add_pinned_key": (STATUS, (HANDLE, STRING)),
    "verigator_config_set_min_tls_version": (STATUS, (HANDLE, TLS_VERSION)),
    "verigator_config_set_user_agent": (STATUS, (HANDLE, STRING)),
    "verigator_config_set_user_agent_prefix": (STATUS, (HANDLE, STRING)),
    "verigator_config_set_user_agent_suffix": (STATUS, (HANDLE, STRING)),
    "verigator_config_set_max_connections": (STATUS, (HANDLE, c_int64)),
    "verigator_config_set_max_idle_connections": (STATUS, (HANDLE, c_int64)),
    "verigator_config_set_idle_timeout_ms": (STATUS, (HANDLE, c_int64)),
    "verigator_config_set_max_response_bytes": (STATUS, (HANDLE, c_int64)),
    "verigator_config_set_log": (
        STATUS,
        (HANDLE, LOG_LEVEL, LOG_CALLBACK, c_void_p, DESTROY_CALLBACK),
    ),
    "verigator_config_set_call_log": (STATUS, (HANDLE, LOG_LEVEL)),
    # Contexts
    "verigator_ctx_new": (STATUS, (HANDLE, OUT_HANDLE)),
    "verigator_ctx_close": (STATUS, (HANDLE,)),
    "verigator_ctx_close_idle": (STATUS, (HANDLE,)),
    "verigator_ctx_free": (STATUS, (HANDLE,)),
    # Services
    "verigator_service_create": (STATUS, (HANDLE, STRING, STRING, OUT_HANDLE)),
    "verigator_service_get": (STATUS, (HANDLE, STRING, OUT_HANDLE)),
    "verigator_service_find": (STATUS, (HANDLE, STRING, OUT_HANDLE)),
    "verigator_service_page": (STATUS, (HANDLE, c_int64, STRING, OUT_HANDLE)),
    "verigator_service_delete": (STATUS, (HANDLE, STRING)),
    "verigator_service_free": (STATUS, (HANDLE,)),
    "verigator_service_id": (STRING, (HANDLE,)),
    "verigator_service_name": (STRING, (HANDLE,)),
    "verigator_service_ctime": (STRING, (HANDLE,)),
    "verigator_services_free": (STATUS, (HANDLE,)),
    "verigator_services_count": (c_size_t, (HANDLE,)),
    "verigator_services_total": (c_uint64, (HANDLE,)),
    "verigator_services_id": (STRING, (HANDLE, c_size_t)),
    "verigator_services_name": (STRING, (HANDLE, c_size_t)),
    "verigator_services_ctime": (STRING, (HANDLE, c_size_t)),
    "verigator_services_next_cursor": (STRING, (HANDLE,)),
    # Users
    "verigator_user_create": (STATUS, (HANDLE, STRING, STRING, STRING, OUT_HANDLE)),
    "verigator_user_get": (STATUS, (HANDLE, STRING, STRING, OUT_HANDLE)),
    "verigator_user_list": (STATUS, (HANDLE, STRING, OUT_HANDLE)),
    "verigator_user_page": (STATUS, (HANDLE, STRING, c_int64, STRING, OUT_HANDLE)),
    "verigator_user_unlock": (STATUS, (HANDLE, STRING, STRING)),
    "verigator_user_delete": (STATUS, (HANDLE, STRING, STRING)),
    "verigator_user_free": (STATUS, (HANDLE,)),
    "verigator_user_id": (STRING, (HANDLE,)),
    "verigator_user_ctime": (STRING, (HANDLE,)),
    "verigator_user_id_in_service": (STRING, (HANDLE,)),
    "verigator_users_free": (STATUS, (HANDLE,)),
    "verigator_users_count": (c_size_t, (HANDLE,)),
    "verigator_users_total": (c_uint64, (HANDLE,)),
    "verigator_users_id": (STRING, (HANDLE, c_size_t)),
    "verigator_users_ctime": (STRING, (HANDLE, c_size_t)),
    "verigator_users_id_in_service": (STRING, (HANDLE, c_size_t)),
    "verigator_users_next_cursor": (STRING, (HANDLE,)),
    # Authenticator apps
    "verigator_totp_begin": (STATUS, (HANDLE, STRING, STRING, OUT_HANDLE)),
    "verigator_totp_link_create": (STATUS, (HANDLE, STRING, STRING, c_int64, OUT_HANDLE)),
    "verigator_totp_confirm": (STATUS, (HANDLE, STRING, STRING, STRING)),
    "verigator_totp_get": (STATUS, (HANDLE, STRING, STRING, OUT_HANDLE)),
    "verigator_totp_delete": (STATUS, (HANDLE, STRING, STRING)),
    "verigator_enrolment_free": (STATUS, (HANDLE,)),
    "verigator_enrolment_secret": (STRING, (HANDLE,)),
    "verigator_enrolment_uri": (STRING, (HANDLE,)),
    "verigator_enrolment_qr_svg": (STRING, (HANDLE,)),
    "verigator_enrolment_replaced": (TRUTH, (HANDLE,)),
    "verigator_enrolment_link_free": (STATUS, (HANDLE,)),
    "verigator_enrolment_link_url": (STRING, (HANDLE,)),
    "verigator_enrolment_link_expires_at": (STRING, (HANDLE,)),
    "verigator_enrolment_link_replaced": (TRUTH, (HANDLE,)),
    "verigator_totp_state_free": (STATUS, (HANDLE,)),
    "verigator_totp_state_confirmed": (TRUTH, (HANDLE,)),
    "verigator_totp_state_pending": (TRUTH, (HANDLE,)),
    # Recovery codes
    "verigator_recovery_codes_create": (STATUS, (HANDLE, STRING, STRING, OUT_HANDLE)),
    "verigator_recovery_codes_remaining": (STATUS, (HANDLE, STRING, STRING, POINTER(c_int64))),
    "verigator_recovery_codes_delete": (STATUS, (HANDLE, STRING, STRING)),
    "verigator_recovery_codes_free": (STATUS, (HANDLE,)),
    "verigator_recovery_codes_count": (c_size_t, (HANDLE,)),
    "verigator_recovery_codes_get": (STRING, (HANDLE, c_size_t)),
    # Authentications
    "verigator_auth_initiate": (STATUS, (HANDLE, STRING, STRING, METHOD, POINTER(METHOD))),
    "verigator_auth_start": (STATUS, (HANDLE, STRING, STRING, METHOD, OUT_HANDLE)),
    "verigator_auth_verify": (STATUS, (HANDLE, STRING, STRING, STRING, POINTER(TRUTH))),
    "verigator_auth_check": (STATUS, (HANDLE, STRING, STRING, HANDLE, STRING, OUT_HANDLE)),
    "verigator_auth_check_token": (STATUS, (HANDLE, STRING, STRING, STRING, OUT_HANDLE)),
    "verigator_challenge_new": (STATUS, (METHOD, STRING, OUT_HANDLE)),
    "verigator_challenge_free": (STATUS, (HANDLE,)),
    "verigator_challenge_method": (METHOD, (HANDLE,)),
    "verigator_challenge_auth_id": (STRING, (HANDLE,)),
    "verigator_verification_free": (STATUS, (HANDLE,)),
    "verigator_verification_verified": (TRUTH, (HANDLE,)),
    "verigator_verification_method": (METHOD, (HANDLE,)),
    "verigator_verification_throttled": (TRUTH, (HANDLE,)),
    "verigator_verification_expired": (TRUTH, (HANDLE,)),
    "verigator_verification_invalid": (TRUTH, (HANDLE,)),
    "verigator_verification_result": (STRING, (HANDLE,)),
    # Calls
    "verigator_call_service_create": (STATUS, (HANDLE, STRING, STRING, OUT_HANDLE)),
    "verigator_call_service_get": (STATUS, (HANDLE, STRING, OUT_HANDLE)),
    "verigator_call_service_find": (STATUS, (HANDLE, STRING, OUT_HANDLE)),
    "verigator_call_service_page": (STATUS, (HANDLE, c_int64, STRING, OUT_HANDLE)),
    "verigator_call_service_delete": (STATUS, (HANDLE, STRING, OUT_HANDLE)),
    "verigator_call_user_create": (STATUS, (HANDLE, STRING, STRING, STRING, OUT_HANDLE)),
    "verigator_call_user_get": (STATUS, (HANDLE, STRING, STRING, OUT_HANDLE)),
    "verigator_call_user_list": (STATUS, (HANDLE, STRING, OUT_HANDLE)),
    "verigator_call_user_page": (STATUS, (HANDLE, STRING, c_int64, STRING, OUT_HANDLE)),
    "verigator_call_user_unlock": (STATUS, (HANDLE, STRING, STRING, OUT_HANDLE)),
    "verigator_call_user_delete": (STATUS, (HANDLE, STRING, STRING, OUT_HANDLE)),
    "verigator_call_auth_start": (STATUS, (HANDLE, STRING, STRING, METHOD, OUT_HANDLE)),
    "verigator_call_auth_check": (STATUS, (HANDLE, STRING, STRING, HANDLE, STRING, OUT_HANDLE)),
    "verigator_call_auth_check_token": (STATUS, (HANDLE, STRING, STRING, STRING, OUT_HANDLE)),
    "verigator_call_totp_begin": (STATUS, (HANDLE, STRING, STRING, OUT_HANDLE)),
    "verigator_call_totp_link_create": (STATUS, (HANDLE, STRING, STRING, c_int64, OUT_HANDLE)),
    "verigator_call_totp_confirm": (STATUS, (HANDLE, STRING, STRING, STRING, OUT_HANDLE)),
    "verigator_call_totp_get": (STATUS, (HANDLE, STRING, STRING, OUT_HANDLE)),
    "verigator_call_totp_delete": (STATUS, (HANDLE, STRING, STRING, OUT_HANDLE)),
    "verigator_call_recovery_codes_create": (STATUS, (HANDLE, STRING, STRING, OUT_HANDLE)),
    "verigator_call_recovery_codes_remaining": (STATUS, (HANDLE, STRING, STRING, OUT_HANDLE)),
    "verigator_call_recovery_codes_delete": (STATUS, (HANDLE, STRING, STRING, OUT_HANDLE)),
    "verigator_call_set_timeout_ms": (STATUS, (HANDLE, c_int64)),
    "verigator_call_run": (STATUS, (HANDLE,)),
    "verigator_call_step": (STATUS, (HANDLE,)),
    "verigator_call_submit": (STATUS, (HANDLE, HANDLE, c_uint64)),
    "verigator_call_cancel": (STATUS, (HANDLE,)),
    "verigator_call_status": (STATUS, (HANDLE,)),
    "verigator_call_error": (HANDLE, (HANDLE,)),
    "verigator_call_tag": (c_uint64, (HANDLE,)),
    "verigator_call_log_message": (STRING, (HANDLE, c_size_t)),
    "verigator_call_log_level": (LOG_LEVEL, (HANDLE, c_size_t)),
    "verigator_call_service": (HANDLE, (HANDLE,)),
    "verigator_call_services": (HANDLE, (HANDLE,)),
    "verigator_call_user": (HANDLE, (HANDLE,)),
    "verigator_call_users": (HANDLE, (HANDLE,)),
    "verigator_call_challenge": (HANDLE, (HANDLE,)),
    "verigator_call_verification": (HANDLE, (HANDLE,)),
    "verigator_call_enrolment": (HANDLE, (HANDLE,)),
    "verigator_call_enrolment_link": (HANDLE, (HANDLE,)),
    "verigator_call_totp_state": (HANDLE, (HANDLE,)),
    "verigator_call_recovery_codes": (HANDLE, (HANDLE,)),
    "verigator_call_remaining": (c_int64, (HANDLE,)),
    "verigator_call_free": (STATUS, (HANDLE,)),
    # Queues
    "verigator_queue_new": (STATUS, (HANDLE, OUT_HANDLE)),
    "verigator_queue_next": (STATUS, (HANDLE, c_int64, OUT_HANDLE)),
    "verigator_queue_fd": (STATUS, (HANDLE, POINTER(c_int32))),
    "verigator_queue_set_wake": (STATUS, (HANDLE, WAKE_CALLBACK, c_void_p, DESTROY_CALLBACK)),
    "verigator_queue_close": (STATUS, (HANDLE,)),
    "verigator_queue_free": (STATUS, (HANDLE,)),
}


def declare(library: ctypes.CDLL) -> None:
    """Sets `argtypes` and `restype` of every function of `library`."""
    for name, (result, parameters) in PROTOTYPES.items():
        function = getattr(library, name)
        function.restype = result
        function.argtypes = list(parameters)

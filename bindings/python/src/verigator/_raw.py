# Generated from include/verigator.json by `make header`; do not edit it.
"""The C API as ctypes calls it."""

from __future__ import annotations

from ctypes import (
    CFUNCTYPE,
    POINTER,
    c_char_p,
    c_int32,
    c_int64,
    c_size_t,
    c_uint64,
    c_void_p,
)
from typing import Any

VERIGATOR_METHOD_SMS = 1
VERIGATOR_METHOD_TOTP = 2
VERIGATOR_METHOD_RECOVERY_CODE = 3
VERIGATOR_TLS_1_2 = 12
VERIGATOR_TLS_1_3 = 13
VERIGATOR_LOG_ERROR = 1
VERIGATOR_LOG_WARN = 2
VERIGATOR_LOG_INFO = 3
VERIGATOR_LOG_DEBUG = 4
VERIGATOR_OK = 0
VERIGATOR_INVALID_ARGUMENT = -1
VERIGATOR_INVALID_HANDLE = -2
VERIGATOR_INVALID_CONFIG = -3
VERIGATOR_CLOSED = -4
VERIGATOR_DNS = -10
VERIGATOR_CONNECT = -11
VERIGATOR_TLS = -12
VERIGATOR_DISCONNECTED = -13
VERIGATOR_TIMEOUT = -14
VERIGATOR_CANCELLED = -15
VERIGATOR_PROXY = -16
VERIGATOR_PROTOCOL = -20
VERIGATOR_TOO_LARGE = -21
VERIGATOR_SYSTEM = -30
VERIGATOR_PANIC = -31
VERIGATOR_PENDING = -40
VERIGATOR_EMPTY = -41
VERIGATOR_BAD_REQUEST = 400
VERIGATOR_UNAUTHORIZED = 401
VERIGATOR_FORBIDDEN = 403
VERIGATOR_NOT_FOUND = 404
VERIGATOR_CONFLICT = 409
VERIGATOR_INVALID_DATA = 422
VERIGATOR_TOO_MANY_REQUESTS = 429
VERIGATOR_INTERNAL_SERVER_ERROR = 500
VERIGATOR_NOT_SUPPORTED = 501
VERIGATOR_BAD_GATEWAY = 502
VERIGATOR_SERVICE_UNAVAILABLE = 503
VERIGATOR_GATEWAY_TIMEOUT = 504
VERIGATOR_KIND_USAGE = 1
VERIGATOR_KIND_NETWORK = 2
VERIGATOR_KIND_TIMEOUT = 3
VERIGATOR_KIND_CANCELLED = 4
VERIGATOR_KIND_PROTOCOL = 5
VERIGATOR_KIND_SERVICE = 6
VERIGATOR_KIND_INTERNAL = 7
VERIGATOR_VERSION_MAJOR = 1
VERIGATOR_VERSION_MINOR = 0
VERIGATOR_VERSION_PATCH = 0

verigator_log_callback = CFUNCTYPE(None, c_void_p, c_int32, c_char_p)
verigator_wake_callback = CFUNCTYPE(None, c_void_p)
verigator_destroy_callback = CFUNCTYPE(None, c_void_p)

#: Name of a function -> its result and its parameters.
PROTOTYPES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "verigator_auth_initiate": (c_int32, (c_void_p, c_char_p, c_char_p, c_int32, POINTER(c_int32))),
    "verigator_auth_start": (c_int32, (c_void_p, c_char_p, c_char_p, c_int32, POINTER(c_void_p))),
    "verigator_auth_verify": (c_int32, (c_void_p, c_char_p, c_char_p, c_char_p, POINTER(c_int32))),
    "verigator_auth_check": (
        c_int32,
        (c_void_p, c_char_p, c_char_p, c_void_p, c_char_p, POINTER(c_void_p)),
    ),
    "verigator_auth_check_token": (
        c_int32,
        (c_void_p, c_char_p, c_char_p, c_char_p, POINTER(c_void_p)),
    ),
    "verigator_challenge_new": (c_int32, (c_int32, c_char_p, POINTER(c_void_p))),
    "verigator_challenge_free": (c_int32, (c_void_p,)),
    "verigator_challenge_method": (c_int32, (c_void_p,)),
    "verigator_challenge_auth_id": (c_char_p, (c_void_p,)),
    "verigator_verification_free": (c_int32, (c_void_p,)),
    "verigator_verification_verified": (c_int32, (c_void_p,)),
    "verigator_verification_method": (c_int32, (c_void_p,)),
    "verigator_verification_throttled": (c_int32, (c_void_p,)),
    "verigator_verification_expired": (c_int32, (c_void_p,)),
    "verigator_verification_invalid": (c_int32, (c_void_p,)),
    "verigator_verification_result": (c_char_p, (c_void_p,)),
    "verigator_call_service_create": (c_int32, (c_void_p, c_char_p, c_char_p, POINTER(c_void_p))),
    "verigator_call_service_get": (c_int32, (c_void_p, c_char_p, POINTER(c_void_p))),
    "verigator_call_service_find": (c_int32, (c_void_p, c_char_p, POINTER(c_void_p))),
    "verigator_call_service_page": (c_int32, (c_void_p, c_int64, c_char_p, POINTER(c_void_p))),
    "verigator_call_service_delete": (c_int32, (c_void_p, c_char_p, POINTER(c_void_p))),
    "verigator_call_user_create": (
        c_int32,
        (c_void_p, c_char_p, c_char_p, c_char_p, POINTER(c_void_p)),
    ),
    "verigator_call_user_get": (c_int32, (c_void_p, c_char_p, c_char_p, POINTER(c_void_p))),
    "verigator_call_user_find": (c_int32, (c_void_p, c_char_p, c_char_p, POINTER(c_void_p))),
    "verigator_call_user_list": (c_int32, (c_void_p, c_char_p, POINTER(c_void_p))),
    "verigator_call_user_page": (
        c_int32,
        (c_void_p, c_char_p, c_int64, c_char_p, POINTER(c_void_p)),
    ),
    "verigator_call_user_unlock": (c_int32, (c_void_p, c_char_p, c_char_p, POINTER(c_void_p))),
    "verigator_call_user_delete": (c_int32, (c_void_p, c_char_p, c_char_p, POINTER(c_void_p))),
    "verigator_call_auth_start": (
        c_int32,
        (c_void_p, c_char_p, c_char_p, c_int32, POINTER(c_void_p)),
    ),
    "verigator_call_auth_check": (
        c_int32,
        (c_void_p, c_char_p, c_char_p, c_void_p, c_char_p, POINTER(c_void_p)),
    ),
    "verigator_call_auth_check_token": (
        c_int32,
        (c_void_p, c_char_p, c_char_p, c_char_p, POINTER(c_void_p)),
    ),
    "verigator_call_totp_begin": (c_int32, (c_void_p, c_char_p, c_char_p, POINTER(c_void_p))),
    "verigator_call_totp_link_create": (
        c_int32,
        (c_void_p, c_char_p, c_char_p, c_int64, POINTER(c_void_p)),
    ),
    "verigator_call_totp_confirm": (
        c_int32,
        (c_void_p, c_char_p, c_char_p, c_char_p, POINTER(c_void_p)),
    ),
    "verigator_call_totp_get": (c_int32, (c_void_p, c_char_p, c_char_p, POINTER(c_void_p))),
    "verigator_call_totp_delete": (c_int32, (c_void_p, c_char_p, c_char_p, POINTER(c_void_p))),
    "verigator_call_recovery_codes_create": (
        c_int32,
        (c_void_p, c_char_p, c_char_p, POINTER(c_void_p)),
    ),
    "verigator_call_recovery_codes_remaining": (
        c_int32,
        (c_void_p, c_char_p, c_char_p, POINTER(c_void_p)),
    ),
    "verigator_call_recovery_codes_delete": (
        c_int32,
        (c_void_p, c_char_p, c_char_p, POINTER(c_void_p)),
    ),
    "verigator_call_set_timeout_ms": (c_int32, (c_void_p, c_int64)),
    "verigator_call_run": (c_int32, (c_void_p,)),
    "verigator_call_step": (c_int32, (c_void_p,)),
    "verigator_call_submit": (c_int32, (c_void_p, c_void_p, c_uint64)),
    "verigator_call_cancel": (c_int32, (c_void_p,)),
    "verigator_call_status": (c_int32, (c_void_p,)),
    "verigator_call_error": (c_void_p, (c_void_p,)),
    "verigator_call_tag": (c_uint64, (c_void_p,)),
    "verigator_call_log_message": (c_char_p, (c_void_p, c_size_t)),
    "verigator_call_log_level": (c_int32, (c_void_p, c_size_t)),
    "verigator_call_service": (c_void_p, (c_void_p,)),
    "verigator_call_services": (c_void_p, (c_void_p,)),
    "verigator_call_user": (c_void_p, (c_void_p,)),
    "verigator_call_users": (c_void_p, (c_void_p,)),
    "verigator_call_challenge": (c_void_p, (c_void_p,)),
    "verigator_call_verification": (c_void_p, (c_void_p,)),
    "verigator_call_enrolment": (c_void_p, (c_void_p,)),
    "verigator_call_enrolment_link": (c_void_p, (c_void_p,)),
    "verigator_call_totp_state": (c_void_p, (c_void_p,)),
    "verigator_call_recovery_codes": (c_void_p, (c_void_p,)),
    "verigator_call_remaining": (c_int64, (c_void_p,)),
    "verigator_call_free": (c_int32, (c_void_p,)),
    "verigator_config_new": (c_int32, (c_char_p, c_char_p, POINTER(c_void_p))),
    "verigator_config_from_env": (c_int32, (POINTER(c_void_p),)),
    "verigator_config_free": (c_int32, (c_void_p,)),
    "verigator_config_set_base_url": (c_int32, (c_void_p, c_char_p)),
    "verigator_config_set_allow_plain_http": (c_int32, (c_void_p, c_int32)),
    "verigator_config_set_address": (c_int32, (c_void_p, c_char_p)),
    "verigator_config_set_connect_timeout_ms": (c_int32, (c_void_p, c_int64)),
    "verigator_config_set_timeout_ms": (c_int32, (c_void_p, c_int64)),
    "verigator_config_set_max_retries": (c_int32, (c_void_p, c_int64)),
    "verigator_config_set_max_retry_wait_ms": (c_int32, (c_void_p, c_int64)),
    "verigator_config_set_proxy": (c_int32, (c_void_p, c_char_p, c_char_p, c_char_p)),
    "verigator_config_unset_proxy": (c_int32, (c_void_p,)),
    "verigator_config_set_ca_file": (c_int32, (c_void_p, c_char_p)),
    "verigator_config_set_ca_pem": (c_int32, (c_void_p, c_char_p, c_size_t)),
    "verigator_config_set_client_certificate_file": (c_int32, (c_void_p, c_char_p, c_char_p)),
    "verigator_config_set_client_certificate_pem": (
        c_int32,
        (c_void_p, c_char_p, c_size_t, c_char_p, c_size_t),
    ),
    "verigator_config_add_pinned_key": (c_int32, (c_void_p, c_char_p)),
    "verigator_config_set_min_tls_version": (c_int32, (c_void_p, c_int32)),
    "verigator_config_set_user_agent": (c_int32, (c_void_p, c_char_p)),
    "verigator_config_set_user_agent_prefix": (c_int32, (c_void_p, c_char_p)),
    "verigator_config_set_user_agent_suffix": (c_int32, (c_void_p, c_char_p)),
    "verigator_config_set_max_idle_connections": (c_int32, (c_void_p, c_int64)),
    "verigator_config_set_max_connections": (c_int32, (c_void_p, c_int64)),
    "verigator_config_set_idle_timeout_ms": (c_int32, (c_void_p, c_int64)),
    "verigator_config_set_max_response_bytes": (c_int32, (c_void_p, c_int64)),
    "verigator_config_set_log": (
        c_int32,
        (c_void_p, c_int32, verigator_log_callback, c_void_p, verigator_destroy_callback),
    ),
    "verigator_config_set_call_log": (c_int32, (c_void_p, c_int32)),
    "verigator_ctx_new": (c_int32, (c_void_p, POINTER(c_void_p))),
    "verigator_ctx_close": (c_int32, (c_void_p,)),
    "verigator_ctx_close_idle": (c_int32, (c_void_p,)),
    "verigator_ctx_free": (c_int32, (c_void_p,)),
    "verigator_last_error": (c_void_p, ()),
    "verigator_clear_error": (None, ()),
    "verigator_error_free": (c_int32, (c_void_p,)),
    "verigator_error_status": (c_int32, (c_void_p,)),
    "verigator_error_kind": (c_int32, (c_void_p,)),
    "verigator_error_http_status": (c_int32, (c_void_p,)),
    "verigator_error_message": (c_char_p, (c_void_p,)),
    "verigator_error_service_message": (c_char_p, (c_void_p,)),
    "verigator_error_body": (c_void_p, (c_void_p, POINTER(c_size_t))),
    "verigator_error_request_id": (c_char_p, (c_void_p,)),
    "verigator_error_retry_after_ms": (c_int64, (c_void_p,)),
    "verigator_error_maybe_sent": (c_int32, (c_void_p,)),
    "verigator_error_retry_safe": (c_int32, (c_void_p,)),
    "verigator_queue_new": (c_int32, (c_void_p, POINTER(c_void_p))),
    "verigator_queue_next": (c_int32, (c_void_p, c_int64, POINTER(c_void_p))),
    "verigator_queue_fd": (c_int32, (c_void_p, POINTER(c_int32))),
    "verigator_queue_set_wake": (
        c_int32,
        (c_void_p, verigator_wake_callback, c_void_p, verigator_destroy_callback),
    ),
    "verigator_queue_close": (c_int32, (c_void_p,)),
    "verigator_queue_free": (c_int32, (c_void_p,)),
    "verigator_recovery_codes_create": (c_int32, (c_void_p, c_char_p, c_char_p, POINTER(c_void_p))),
    "verigator_recovery_codes_remaining": (
        c_int32,
        (c_void_p, c_char_p, c_char_p, POINTER(c_int64)),
    ),
    "verigator_recovery_codes_delete": (c_int32, (c_void_p, c_char_p, c_char_p)),
    "verigator_recovery_codes_free": (c_int32, (c_void_p,)),
    "verigator_recovery_codes_count": (c_size_t, (c_void_p,)),
    "verigator_recovery_codes_get": (c_char_p, (c_void_p, c_size_t)),
    "verigator_service_create": (c_int32, (c_void_p, c_char_p, c_char_p, POINTER(c_void_p))),
    "verigator_service_get": (c_int32, (c_void_p, c_char_p, POINTER(c_void_p))),
    "verigator_service_find": (c_int32, (c_void_p, c_char_p, POINTER(c_void_p))),
    "verigator_service_page": (c_int32, (c_void_p, c_int64, c_char_p, POINTER(c_void_p))),
    "verigator_service_delete": (c_int32, (c_void_p, c_char_p)),
    "verigator_service_free": (c_int32, (c_void_p,)),
    "verigator_service_id": (c_char_p, (c_void_p,)),
    "verigator_service_name": (c_char_p, (c_void_p,)),
    "verigator_service_ctime": (c_char_p, (c_void_p,)),
    "verigator_services_free": (c_int32, (c_void_p,)),
    "verigator_services_count": (c_size_t, (c_void_p,)),
    "verigator_services_total": (c_uint64, (c_void_p,)),
    "verigator_services_id": (c_char_p, (c_void_p, c_size_t)),
    "verigator_services_name": (c_char_p, (c_void_p, c_size_t)),
    "verigator_services_ctime": (c_char_p, (c_void_p, c_size_t)),
    "verigator_services_next_cursor": (c_char_p, (c_void_p,)),
    "verigator_status_name": (c_char_p, (c_int32,)),
    "verigator_totp_begin": (c_int32, (c_void_p, c_char_p, c_char_p, POINTER(c_void_p))),
    "verigator_totp_link_create": (
        c_int32,
        (c_void_p, c_char_p, c_char_p, c_int64, POINTER(c_void_p)),
    ),
    "verigator_totp_confirm": (c_int32, (c_void_p, c_char_p, c_char_p, c_char_p)),
    "verigator_totp_get": (c_int32, (c_void_p, c_char_p, c_char_p, POINTER(c_void_p))),
    "verigator_totp_delete": (c_int32, (c_void_p, c_char_p, c_char_p)),
    "verigator_enrolment_free": (c_int32, (c_void_p,)),
    "verigator_enrolment_secret": (c_char_p, (c_void_p,)),
    "verigator_enrolment_uri": (c_char_p, (c_void_p,)),
    "verigator_enrolment_qr_svg": (c_char_p, (c_void_p,)),
    "verigator_enrolment_replaced": (c_int32, (c_void_p,)),
    "verigator_enrolment_link_free": (c_int32, (c_void_p,)),
    "verigator_enrolment_link_url": (c_char_p, (c_void_p,)),
    "verigator_enrolment_link_expires_at": (c_char_p, (c_void_p,)),
    "verigator_enrolment_link_replaced": (c_int32, (c_void_p,)),
    "verigator_totp_state_free": (c_int32, (c_void_p,)),
    "verigator_totp_state_confirmed": (c_int32, (c_void_p,)),
    "verigator_totp_state_pending": (c_int32, (c_void_p,)),
    "verigator_user_create": (c_int32, (c_void_p, c_char_p, c_char_p, c_char_p, POINTER(c_void_p))),
    "verigator_user_get": (c_int32, (c_void_p, c_char_p, c_char_p, POINTER(c_void_p))),
    "verigator_user_find": (c_int32, (c_void_p, c_char_p, c_char_p, POINTER(c_void_p))),
    "verigator_user_list": (c_int32, (c_void_p, c_char_p, POINTER(c_void_p))),
    "verigator_user_page": (c_int32, (c_void_p, c_char_p, c_int64, c_char_p, POINTER(c_void_p))),
    "verigator_user_unlock": (c_int32, (c_void_p, c_char_p, c_char_p)),
    "verigator_user_delete": (c_int32, (c_void_p, c_char_p, c_char_p)),
    "verigator_user_free": (c_int32, (c_void_p,)),
    "verigator_user_id": (c_char_p, (c_void_p,)),
    "verigator_user_ctime": (c_char_p, (c_void_p,)),
    "verigator_user_id_in_service": (c_char_p, (c_void_p,)),
    "verigator_users_free": (c_int32, (c_void_p,)),
    "verigator_users_count": (c_size_t, (c_void_p,)),
    "verigator_users_total": (c_uint64, (c_void_p,)),
    "verigator_users_id": (c_char_p, (c_void_p, c_size_t)),
    "verigator_users_ctime": (c_char_p, (c_void_p, c_size_t)),
    "verigator_users_id_in_service": (c_char_p, (c_void_p, c_size_t)),
    "verigator_users_next_cursor": (c_char_p, (c_void_p,)),
    "verigator_version": (c_char_p, ()),
}

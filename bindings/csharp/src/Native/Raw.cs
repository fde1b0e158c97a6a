// Generated from include/verigator.json by `make header`; do not edit it.
using System;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Verigator
{
    // The C API, but what takes a callback.
    internal static class Raw
    {
        internal const string Library = "verigator";
        internal const int VERIGATOR_METHOD_SMS = 1;
        internal const int VERIGATOR_METHOD_TOTP = 2;
        internal const int VERIGATOR_METHOD_RECOVERY_CODE = 3;
        internal const int VERIGATOR_TLS_1_2 = 12;
        internal const int VERIGATOR_TLS_1_3 = 13;
        internal const int VERIGATOR_LOG_ERROR = 1;
        internal const int VERIGATOR_LOG_WARN = 2;
        internal const int VERIGATOR_LOG_INFO = 3;
        internal const int VERIGATOR_LOG_DEBUG = 4;
        internal const int VERIGATOR_OK = 0;
        internal const int VERIGATOR_INVALID_ARGUMENT = -1;
        internal const int VERIGATOR_INVALID_HANDLE = -2;
        internal const int VERIGATOR_INVALID_CONFIG = -3;
        internal const int VERIGATOR_CLOSED = -4;
        internal const int VERIGATOR_DNS = -10;
        internal const int VERIGATOR_CONNECT = -11;
        internal const int VERIGATOR_TLS = -12;
        internal const int VERIGATOR_DISCONNECTED = -13;
        internal const int VERIGATOR_TIMEOUT = -14;
        internal const int VERIGATOR_CANCELLED = -15;
        internal const int VERIGATOR_PROXY = -16;
        internal const int VERIGATOR_PROTOCOL = -20;
        internal const int VERIGATOR_TOO_LARGE = -21;
        internal const int VERIGATOR_SYSTEM = -30;
        internal const int VERIGATOR_PANIC = -31;
        internal const int VERIGATOR_PENDING = -40;
        internal const int VERIGATOR_EMPTY = -41;
        internal const int VERIGATOR_BAD_REQUEST = 400;
        internal const int VERIGATOR_UNAUTHORIZED = 401;
        internal const int VERIGATOR_FORBIDDEN = 403;
        internal const int VERIGATOR_NOT_FOUND = 404;
        internal const int VERIGATOR_CONFLICT = 409;
        internal const int VERIGATOR_INVALID_DATA = 422;
        internal const int VERIGATOR_TOO_MANY_REQUESTS = 429;
        internal const int VERIGATOR_INTERNAL_SERVER_ERROR = 500;
        internal const int VERIGATOR_NOT_SUPPORTED = 501;
        internal const int VERIGATOR_BAD_GATEWAY = 502;
        internal const int VERIGATOR_SERVICE_UNAVAILABLE = 503;
        internal const int VERIGATOR_GATEWAY_TIMEOUT = 504;
        internal const int VERIGATOR_KIND_USAGE = 1;
        internal const int VERIGATOR_KIND_NETWORK = 2;
        internal const int VERIGATOR_KIND_TIMEOUT = 3;
        internal const int VERIGATOR_KIND_CANCELLED = 4;
        internal const int VERIGATOR_KIND_PROTOCOL = 5;
        internal const int VERIGATOR_KIND_SERVICE = 6;
        internal const int VERIGATOR_KIND_INTERNAL = 7;
        internal const int VERIGATOR_VERSION_MAJOR = 1;
        internal const int VERIGATOR_VERSION_MINOR = 0;
        internal const int VERIGATOR_VERSION_PATCH = 0;

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_auth_initiate(
            CtxHandle ctx, byte[] service_id, byte[] user_id, int method, out int out_method);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_auth_start(
            CtxHandle ctx, byte[] service_id, byte[] user_id, int method, out ChallengeHandle out_challenge);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_auth_verify(
            CtxHandle ctx, byte[] service_id, byte[] user_id, byte[] token, out int out_verified);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_auth_check(
            CtxHandle ctx, byte[] service_id, byte[] user_id, ChallengeHandle challenge, byte[] token, out VerificationHandle out_verification);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_auth_check_token(
            CtxHandle ctx, byte[] service_id, byte[] user_id, byte[] token, out VerificationHandle out_verification);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_challenge_new(
            int method, byte[] auth_id, out ChallengeHandle out_challenge);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_challenge_free(
            IntPtr challenge);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_challenge_method(
            ChallengeHandle challenge);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr verigator_challenge_auth_id(
            ChallengeHandle challenge);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_verification_free(
            IntPtr verification);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_verification_verified(
            VerificationHandle verification);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_verification_method(
            VerificationHandle verification);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_verification_throttled(
            VerificationHandle verification);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_verification_expired(
            VerificationHandle verification);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_verification_invalid(
            VerificationHandle verification);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr verigator_verification_result(
            VerificationHandle verification);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_call_service_create(
            CtxHandle ctx, byte[] fqdn, byte[] name, out CallHandle out_call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_call_service_get(
            CtxHandle ctx, byte[] service_id, out CallHandle out_call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_call_service_find(
            CtxHandle ctx, byte[] fqdn, out CallHandle out_call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_call_service_page(
            CtxHandle ctx, long limit, byte[] cursor, out CallHandle out_call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_call_service_delete(
            CtxHandle ctx, byte[] service_id, out CallHandle out_call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_call_user_create(
            CtxHandle ctx, byte[] service_id, byte[] phone_number, byte[] id_in_service, out CallHandle out_call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_call_user_get(
            CtxHandle ctx, byte[] service_id, byte[] user_id, out CallHandle out_call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_call_user_list(
            CtxHandle ctx, byte[] service_id, out CallHandle out_call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_call_user_page(
            CtxHandle ctx, byte[] service_id, long limit, byte[] cursor, out CallHandle out_call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_call_user_unlock(
            CtxHandle ctx, byte[] service_id, byte[] user_id, out CallHandle out_call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_call_user_delete(
            CtxHandle ctx, byte[] service_id, byte[] user_id, out CallHandle out_call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_call_auth_start(
            CtxHandle ctx, byte[] service_id, byte[] user_id, int method, out CallHandle out_call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_call_auth_check(
            CtxHandle ctx, byte[] service_id, byte[] user_id, ChallengeHandle challenge, byte[] token, out CallHandle out_call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_call_auth_check_token(
            CtxHandle ctx, byte[] service_id, byte[] user_id, byte[] token, out CallHandle out_call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_call_totp_begin(
            CtxHandle ctx, byte[] service_id, byte[] user_id, out CallHandle out_call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_call_totp_link_create(
            CtxHandle ctx, byte[] service_id, byte[] user_id, long lifetime_seconds, out CallHandle out_call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_call_totp_confirm(
            CtxHandle ctx, byte[] service_id, byte[] user_id, byte[] token, out CallHandle out_call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_call_totp_get(
            CtxHandle ctx, byte[] service_id, byte[] user_id, out CallHandle out_call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_call_totp_delete(
            CtxHandle ctx, byte[] service_id, byte[] user_id, out CallHandle out_call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_call_recovery_codes_create(
            CtxHandle ctx, byte[] service_id, byte[] user_id, out CallHandle out_call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_call_recovery_codes_remaining(
            CtxHandle ctx, byte[] service_id, byte[] user_id, out CallHandle out_call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_call_recovery_codes_delete(
            CtxHandle ctx, byte[] service_id, byte[] user_id, out CallHandle out_call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_call_set_timeout_ms(
            CallHandle call, long timeout_ms);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_call_run(
            CallHandle call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_call_step(
            CallHandle call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_call_submit(
            CallHandle call, QueueHandle queue, ulong tag);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_call_cancel(
            CallHandle call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_call_status(
            CallHandle call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern ErrorHandle verigator_call_error(
            CallHandle call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern ulong verigator_call_tag(
            CallHandle call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr verigator_call_log_message(
            CallHandle call, UIntPtr index);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_call_log_level(
            CallHandle call, UIntPtr index);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern ServiceHandle verigator_call_service(
            CallHandle call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern ServicesHandle verigator_call_services(
            CallHandle call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern UserHandle verigator_call_user(
            CallHandle call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern UsersHandle verigator_call_users(
            CallHandle call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern ChallengeHandle verigator_call_challenge(
            CallHandle call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern VerificationHandle verigator_call_verification(
            CallHandle call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern EnrolmentHandle verigator_call_enrolment(
            CallHandle call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern EnrolmentLinkHandle verigator_call_enrolment_link(
            CallHandle call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern TotpStateHandle verigator_call_totp_state(
            CallHandle call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern RecoveryCodesHandle verigator_call_recovery_codes(
            CallHandle call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern long verigator_call_remaining(
            CallHandle call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_call_free(
            IntPtr call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_config_new(
            byte[] username, byte[] password, out ConfigHandle out_config);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_config_from_env(
            out ConfigHandle out_config);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_config_free(
            IntPtr config);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_config_set_base_url(
            ConfigHandle config, byte[] base_url);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_config_set_allow_plain_http(
            ConfigHandle config, int allow);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_config_set_address(
            ConfigHandle config, byte[] address);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_config_set_connect_timeout_ms(
            ConfigHandle config, long timeout_ms);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_config_set_timeout_ms(
            ConfigHandle config, long timeout_ms);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_config_set_max_retries(
            ConfigHandle config, long retries);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_config_set_max_retry_wait_ms(
            ConfigHandle config, long wait_ms);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_config_set_proxy(
            ConfigHandle config, byte[] url, byte[] username, byte[] password);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_config_unset_proxy(
            ConfigHandle config);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_config_set_ca_file(
            ConfigHandle config, byte[] path);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_config_set_ca_pem(
            ConfigHandle config, byte[] pem, UIntPtr length);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_config_set_client_certificate_file(
            ConfigHandle config, byte[] chain_path, byte[] key_path);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_config_set_client_certificate_pem(
            ConfigHandle config, byte[] chain, UIntPtr chain_length, byte[] key, UIntPtr key_length);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_config_add_pinned_key(
            ConfigHandle config, byte[] pin);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_config_set_min_tls_version(
            ConfigHandle config, int version);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_config_set_user_agent(
            ConfigHandle config, byte[] products);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_config_set_user_agent_prefix(
            ConfigHandle config, byte[] prefix);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_config_set_user_agent_suffix(
            ConfigHandle config, byte[] suffix);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_config_set_max_idle_connections(
            ConfigHandle config, long most);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_config_set_max_connections(
            ConfigHandle config, long most);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_config_set_idle_timeout_ms(
            ConfigHandle config, long timeout_ms);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_config_set_max_response_bytes(
            ConfigHandle config, long most);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_config_set_call_log(
            ConfigHandle config, int level);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_ctx_new(
            ConfigHandle config, out CtxHandle out_ctx);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_ctx_close(
            CtxHandle ctx);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_ctx_close_idle(
            CtxHandle ctx);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_ctx_free(
            IntPtr ctx);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern ErrorHandle verigator_last_error(
            );

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern void verigator_clear_error(
            );

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_error_free(
            IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_error_status(
            ErrorHandle error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_error_kind(
            ErrorHandle error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_error_http_status(
            ErrorHandle error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr verigator_error_message(
            ErrorHandle error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr verigator_error_service_message(
            ErrorHandle error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr verigator_error_body(
            ErrorHandle error, out UIntPtr out_length);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr verigator_error_request_id(
            ErrorHandle error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern long verigator_error_retry_after_ms(
            ErrorHandle error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_error_maybe_sent(
            ErrorHandle error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_error_retry_safe(
            ErrorHandle error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_queue_new(
            CtxHandle ctx, out QueueHandle out_queue);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_queue_next(
            QueueHandle queue, long timeout_ms, out IntPtr out_call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_queue_fd(
            QueueHandle queue, out int out_fd);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_queue_close(
            QueueHandle queue);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_queue_free(
            IntPtr queue);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_recovery_codes_create(
            CtxHandle ctx, byte[] service_id, byte[] user_id, out RecoveryCodesHandle out_codes);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_recovery_codes_remaining(
            CtxHandle ctx, byte[] service_id, byte[] user_id, out long out_remaining);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_recovery_codes_delete(
            CtxHandle ctx, byte[] service_id, byte[] user_id);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_recovery_codes_free(
            IntPtr codes);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern UIntPtr verigator_recovery_codes_count(
            RecoveryCodesHandle codes);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr verigator_recovery_codes_get(
            RecoveryCodesHandle codes, UIntPtr index);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_service_create(
            CtxHandle ctx, byte[] fqdn, byte[] name, out ServiceHandle out_service);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_service_get(
            CtxHandle ctx, byte[] service_id, out ServiceHandle out_service);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_service_find(
            CtxHandle ctx, byte[] fqdn, out ServiceHandle out_service);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_service_page(
            CtxHandle ctx, long limit, byte[] cursor, out ServicesHandle out_services);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_service_delete(
            CtxHandle ctx, byte[] service_id);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_service_free(
            IntPtr service);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr verigator_service_id(
            ServiceHandle service);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr verigator_service_name(
            ServiceHandle service);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr verigator_service_ctime(
            ServiceHandle service);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_services_free(
            IntPtr services);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern UIntPtr verigator_services_count(
            ServicesHandle services);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern ulong verigator_services_total(
            ServicesHandle services);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr verigator_services_id(
            ServicesHandle services, UIntPtr index);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr verigator_services_name(
            ServicesHandle services, UIntPtr index);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr verigator_services_ctime(
            ServicesHandle services, UIntPtr index);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr verigator_services_next_cursor(
            ServicesHandle services);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr verigator_status_name(
            int status);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_totp_begin(
            CtxHandle ctx, byte[] service_id, byte[] user_id, out EnrolmentHandle out_enrolment);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_totp_link_create(
            CtxHandle ctx, byte[] service_id, byte[] user_id, long lifetime_seconds, out EnrolmentLinkHandle out_link);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_totp_confirm(
            CtxHandle ctx, byte[] service_id, byte[] user_id, byte[] token);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_totp_get(
            CtxHandle ctx, byte[] service_id, byte[] user_id, out TotpStateHandle out_state);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_totp_delete(
            CtxHandle ctx, byte[] service_id, byte[] user_id);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_enrolment_free(
            IntPtr enrolment);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr verigator_enrolment_secret(
            EnrolmentHandle enrolment);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr verigator_enrolment_uri(
            EnrolmentHandle enrolment);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr verigator_enrolment_qr_svg(
            EnrolmentHandle enrolment);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_enrolment_replaced(
            EnrolmentHandle enrolment);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_enrolment_link_free(
            IntPtr link);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr verigator_enrolment_link_url(
            EnrolmentLinkHandle link);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr verigator_enrolment_link_expires_at(
            EnrolmentLinkHandle link);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_enrolment_link_replaced(
            EnrolmentLinkHandle link);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_totp_state_free(
            IntPtr state);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_totp_state_confirmed(
            TotpStateHandle state);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_totp_state_pending(
            TotpStateHandle state);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_user_create(
            CtxHandle ctx, byte[] service_id, byte[] phone_number, byte[] id_in_service, out UserHandle out_user);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_user_get(
            CtxHandle ctx, byte[] service_id, byte[] user_id, out UserHandle out_user);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_user_list(
            CtxHandle ctx, byte[] service_id, out UsersHandle out_users);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_user_page(
            CtxHandle ctx, byte[] service_id, long limit, byte[] cursor, out UsersHandle out_users);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_user_unlock(
            CtxHandle ctx, byte[] service_id, byte[] user_id);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_user_delete(
            CtxHandle ctx, byte[] service_id, byte[] user_id);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_user_free(
            IntPtr user);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr verigator_user_id(
            UserHandle user);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr verigator_user_ctime(
            UserHandle user);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr verigator_user_id_in_service(
            UserHandle user);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int verigator_users_free(
            IntPtr users);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern UIntPtr verigator_users_count(
            UsersHandle users);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern ulong verigator_users_total(
            UsersHandle users);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr verigator_users_id(
            UsersHandle users, UIntPtr index);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr verigator_users_ctime(
            UsersHandle users, UIntPtr index);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr verigator_users_id_in_service(
            UsersHandle users, UIntPtr index);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr verigator_users_next_cursor(
            UsersHandle users);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr verigator_version(
            );
    }

    internal sealed class ChallengeHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public ChallengeHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            return Raw.verigator_challenge_free(handle) == Raw.VERIGATOR_OK;
        }
    }

    internal sealed class VerificationHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public VerificationHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            return Raw.verigator_verification_free(handle) == Raw.VERIGATOR_OK;
        }
    }

    internal sealed class CallHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public CallHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            return Raw.verigator_call_free(handle) == Raw.VERIGATOR_OK;
        }
    }

    internal sealed class ConfigHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public ConfigHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            return Raw.verigator_config_free(handle) == Raw.VERIGATOR_OK;
        }
    }

    internal sealed class CtxHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public CtxHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            return Raw.verigator_ctx_free(handle) == Raw.VERIGATOR_OK;
        }
    }

    internal sealed class ErrorHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public ErrorHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            return Raw.verigator_error_free(handle) == Raw.VERIGATOR_OK;
        }
    }

    internal sealed class QueueHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public QueueHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            return Raw.verigator_queue_free(handle) == Raw.VERIGATOR_OK;
        }
    }

    internal sealed class RecoveryCodesHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public RecoveryCodesHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            return Raw.verigator_recovery_codes_free(handle) == Raw.VERIGATOR_OK;
        }
    }

    internal sealed class ServiceHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public ServiceHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            return Raw.verigator_service_free(handle) == Raw.VERIGATOR_OK;
        }
    }

    internal sealed class ServicesHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public ServicesHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            return Raw.verigator_services_free(handle) == Raw.VERIGATOR_OK;
        }
    }

    internal sealed class EnrolmentHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public EnrolmentHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            return Raw.verigator_enrolment_free(handle) == Raw.VERIGATOR_OK;
        }
    }

    internal sealed class EnrolmentLinkHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public EnrolmentLinkHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            return Raw.verigator_enrolment_link_free(handle) == Raw.VERIGATOR_OK;
        }
    }

    internal sealed class TotpStateHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public TotpStateHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            return Raw.verigator_totp_state_free(handle) == Raw.VERIGATOR_OK;
        }
    }

    internal sealed class UserHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public UserHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            return Raw.verigator_user_free(handle) == Raw.VERIGATOR_OK;
        }
    }

    internal sealed class UsersHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public UsersHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            return Raw.verigator_users_free(handle) == Raw.VERIGATOR_OK;
        }
    }
}

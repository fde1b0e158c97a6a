#include "failure.h"

#include "names.h"

static napi_value body_of(napi_env env, const verigator_error *error) {
    size_t length = 0;
    const char *body = verigator_error_body(error, &length);
    if (body == NULL) {
        return from_text(env, NULL);
    }
    napi_value copy = NULL;
    return succeeded(env, napi_create_buffer_copy(env, length, body, NULL, &copy)) ? copy : NULL;
}

// Without `error` no more than the status is known: then a message may have been sent, and again is
// not safe.
static napi_value described(napi_env env, const verigator_error *error, verigator_status status) {
    const char *message = verigator_error_message(error);
    const Property properties[] = {
        {"status", from_number(env, status)},
        {"code", from_text(env, verigator_status_name(status))},
        {"kind", from_text(env, kind_name(verigator_error_kind(error)))},
        {"message", from_text(env, message != NULL ? message : verigator_status_name(status))},
        {"httpStatus", from_number(env, verigator_error_http_status(error))},
        {"serviceMessage", from_text(env, verigator_error_service_message(error))},
        {"body", body_of(env, error)},
        {"requestId", from_text(env, verigator_error_request_id(error))},
        {"retryAfter", from_number(env, (double)verigator_error_retry_after_ms(error))},
        {"maybeSent", from_truth(env, error == NULL || verigator_error_maybe_sent(error))},
        {"retrySafe", from_truth(env, verigator_error_retry_safe(error))},
    };
    return from_properties(env, properties, sizeof properties / sizeof *properties);
}

napi_value last_failure(napi_env env, verigator_status status) {
    verigator_error *error = verigator_last_error();
    napi_value failure = described(env, error, status);
    verigator_error_free(error);
    // JavaScript has it now, and what the service said may be a secret.
    verigator_clear_error();
    return failure;
}

napi_value failure_of(napi_env env, const verigator_call *call, verigator_status status) {
    verigator_error *error = verigator_call_error(call);
    napi_value failure = described(env, error, status);
    verigator_error_free(error);
    return failure;
}

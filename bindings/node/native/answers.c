#include "answers.h"

#include "names.h"

#define OBJECT(env, ...)                                                                           \
    from_properties(env, (const Property[]){__VA_ARGS__},                                          \
                    sizeof((const Property[]){__VA_ARGS__}) / sizeof(Property))

// An answer of a kind: `read` makes the value of its handle, which is freed.
#define ANSWER(kind)                                                                               \
    napi_value kind##_answer(napi_env env, verigator_call *call) {                                 \
        verigator_##kind *kind = verigator_call_##kind(call);                                      \
        if (kind == NULL) {                                                                        \
            return NULL;                                                                           \
        }                                                                                          \
        napi_value value = read_##kind(env, kind);                                                 \
        verigator_##kind##_free(kind);                                                             \
        return value;                                                                              \
    }

napi_value no_answer(napi_env env, verigator_call *call) {
    (void)call;
    return nothing(env);
}

static napi_value read_service(napi_env env, const verigator_service *service) {
    return OBJECT(env, {"id", from_text(env, verigator_service_id(service))},
                  {"name", from_text(env, verigator_service_name(service))},
                  {"ctime", from_text(env, verigator_service_ctime(service))});
}
ANSWER(service)

static napi_value read_listed_service(napi_env env, const void *services, size_t index) {
    return OBJECT(env, {"id", from_text(env, verigator_services_id(services, index))},
                  {"name", from_text(env, verigator_services_name(services, index))},
                  {"ctime", from_text(env, verigator_services_ctime(services, index))});
}

static napi_value read_services(napi_env env, const verigator_services *services) {
    return OBJECT(env,
                  {"services", from_list(env, verigator_services_count(services),
                                         read_listed_service, services)},
                  {"total", from_number(env, (double)verigator_services_total(services))},
                  {"nextCursor", from_text(env, verigator_services_next_cursor(services))});
}
ANSWER(services)

static napi_value read_user(napi_env env, const verigator_user *user) {
    return OBJECT(env, {"id", from_text(env, verigator_user_id(user))},
                  {"ctime", from_text(env, verigator_user_ctime(user))},
                  {"idInService", from_text(env, verigator_user_id_in_service(user))});
}
ANSWER(user)

static napi_value read_listed_user(napi_env env, const void *users, size_t index) {
    return OBJECT(env, {"id", from_text(env, verigator_users_id(users, index))},
                  {"ctime", from_text(env, verigator_users_ctime(users, index))},
                  {"idInService", from_text(env, verigator_users_id_in_service(users, index))});
}

static napi_value read_users(napi_env env, const verigator_users *users) {
    return OBJECT(env,
                  {"users", from_list(env, verigator_users_count(users), read_listed_user, users)},
                  {"total", from_number(env, (double)verigator_users_total(users))},
                  {"nextCursor", from_text(env, verigator_users_next_cursor(users))});
}
ANSWER(users)

static napi_value from_method(napi_env env, verigator_method method) {
    return from_text(env, method_name(method));
}

static napi_value read_challenge(napi_env env, const verigator_challenge *challenge) {
    return OBJECT(env, {"method", from_method(env, verigator_challenge_method(challenge))},
                  {"authId", from_text(env, verigator_challenge_auth_id(challenge))});
}
ANSWER(challenge)

static napi_value read_verification(napi_env env, const verigator_verification *verification) {
    return OBJECT(env, {"verified", from_truth(env, verigator_verification_verified(verification))},
                  {"method", from_method(env, verigator_verification_method(verification))},
                  {"throttled", from_truth(env, verigator_verification_throttled(verification))},
                  {"expired", from_truth(env, verigator_verification_expired(verification))},
                  {"invalid", from_truth(env, verigator_verification_invalid(verification))},
                  {"result", from_text(env, verigator_verification_result(verification))});
}
ANSWER(verification)

static napi_value read_enrolment(napi_env env, const verigator_enrolment *enrolment) {
    return OBJECT(env, {"secret", from_text(env, verigator_enrolment_secret(enrolment))},
                  {"uri", from_text(env, verigator_enrolment_uri(enrolment))},
                  {"qrSvg", from_text(env, verigator_enrolment_qr_svg(enrolment))},
                  {"replaced", from_truth(env, verigator_enrolment_replaced(enrolment))});
}
ANSWER(enrolment)

static napi_value read_enrolment_link(napi_env env, const verigator_enrolment_link *link) {
    return OBJECT(env, {"url", from_text(env, verigator_enrolment_link_url(link))},
                  {"expiresAt", from_text(env, verigator_enrolment_link_expires_at(link))},
                  {"replaced", from_truth(env, verigator_enrolment_link_replaced(link))});
}
ANSWER(enrolment_link)

static napi_value read_totp_state(napi_env env, const verigator_totp_state *state) {
    return OBJECT(env, {"confirmed", from_truth(env, verigator_totp_state_confirmed(state))},
                  {"pending", from_truth(env, verigator_totp_state_pending(state))});
}
ANSWER(totp_state)

static napi_value read_recovery_code(napi_env env, const void *codes, size_t index) {
    return from_text(env, verigator_recovery_codes_get(codes, index));
}

static napi_value read_recovery_codes(napi_env env, const verigator_recovery_codes *codes) {
    return from_list(env, verigator_recovery_codes_count(codes), read_recovery_code, codes);
}
ANSWER(recovery_codes)

napi_value remaining_answer(napi_env env, verigator_call *call) {
    int64_t remaining = verigator_call_remaining(call);
    return remaining < 0 ? NULL : from_number(env, (double)remaining);
}

#include "operations.h"

#include "answers.h"
#include "names.h"

#include <string.h>

#define MAKER(operation)                                                                           \
    static verigator_status operation(const verigator_ctx *context, const Argument *arguments,     \
                                      verigator_call **call)

#define ONE_TEXT(operation)                                                                        \
    MAKER(operation) {                                                                             \
        return verigator_call_##operation(context, arguments[0].bytes, call);                      \
    }
#define TWO_TEXTS(operation)                                                                       \
    MAKER(operation) {                                                                             \
        return verigator_call_##operation(context, arguments[0].bytes, arguments[1].bytes, call);  \
    }
#define THREE_TEXTS(operation)                                                                     \
    MAKER(operation) {                                                                             \
        return verigator_call_##operation(context, arguments[0].bytes, arguments[1].bytes,         \
                                          arguments[2].bytes, call);                               \
    }

TWO_TEXTS(service_create)
ONE_TEXT(service_get)
ONE_TEXT(service_find)
ONE_TEXT(service_delete)
THREE_TEXTS(user_create)
TWO_TEXTS(user_get)
TWO_TEXTS(user_find)
ONE_TEXT(user_list)
TWO_TEXTS(user_unlock)
TWO_TEXTS(user_delete)
THREE_TEXTS(auth_check_token)
TWO_TEXTS(totp_begin)
THREE_TEXTS(totp_confirm)
TWO_TEXTS(totp_get)
TWO_TEXTS(totp_delete)
TWO_TEXTS(recovery_codes_create)
TWO_TEXTS(recovery_codes_remaining)
TWO_TEXTS(recovery_codes_delete)

MAKER(service_page) {
    return verigator_call_service_page(context, arguments[0].number, arguments[1].bytes, call);
}

MAKER(user_page) {
    return verigator_call_user_page(context, arguments[0].bytes, arguments[1].number,
                                    arguments[2].bytes, call);
}

MAKER(auth_start) {
    return verigator_call_auth_start(context, arguments[0].bytes, arguments[1].bytes,
                                     method_named(arguments[2].bytes), call);
}

MAKER(totp_link_create) {
    return verigator_call_totp_link_create(context, arguments[0].bytes, arguments[1].bytes,
                                           arguments[2].number, call);
}

// Of the challenge come the method and the id, which is all that it is.
MAKER(auth_check) {
    verigator_challenge *challenge = NULL;
    verigator_status status =
        verigator_challenge_new(method_named(arguments[3].bytes), arguments[4].bytes, &challenge);
    if (status == VERIGATOR_OK) {
        status = verigator_call_auth_check(context, arguments[0].bytes, arguments[1].bytes,
                                           challenge, arguments[2].bytes, call);
    }
    verigator_challenge_free(challenge);
    return status;
}

#define OPERATION(operation, answer)                                                               \
    { #operation, operation, answer }

static const Operation OPERATIONS[] = {
    OPERATION(service_create, service_answer),
    OPERATION(service_get, service_answer),
    OPERATION(service_find, service_answer),
    OPERATION(service_page, services_answer),
    OPERATION(service_delete, no_answer),
    OPERATION(user_create, user_answer),
    OPERATION(user_get, user_answer),
    OPERATION(user_find, user_answer),
    OPERATION(user_list, users_answer),
    OPERATION(user_page, users_answer),
    OPERATION(user_unlock, no_answer),
    OPERATION(user_delete, no_answer),
    OPERATION(auth_start, challenge_answer),
    OPERATION(auth_check, verification_answer),
    OPERATION(auth_check_token, verification_answer),
    OPERATION(totp_begin, enrolment_answer),
    OPERATION(totp_link_create, enrolment_link_answer),
    OPERATION(totp_confirm, no_answer),
    OPERATION(totp_get, totp_state_answer),
    OPERATION(totp_delete, no_answer),
    OPERATION(recovery_codes_create, recovery_codes_answer),
    OPERATION(recovery_codes_remaining, remaining_answer),
    OPERATION(recovery_codes_delete, no_answer),
};

const Operation *operation_of(const char *name) {
    for (size_t index = 0; index < sizeof OPERATIONS / sizeof *OPERATIONS; index++) {
        if (name != NULL && strcmp(OPERATIONS[index].name, name) == 0) {
            return &OPERATIONS[index];
        }
    }
    return NULL;
}

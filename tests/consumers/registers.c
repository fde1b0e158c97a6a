/* Reads truth values as callers from other languages may: as an int, all of the register. Argument:
 * a server. */
#include <stdio.h>

#include <verigator.h>

typedef void any_function(void);

/* What a caller gets who knows the function by its name alone. */
static int read_as_int(any_function *function, const void *handle) {
    int (*read)(const void *) = (int (*)(const void *))function;
    return read(handle);
}

#define AS_INT(function, handle) read_as_int((any_function *)(function), handle)

static int failures;

static void expect(const char *what, int is, int should_be) {
    if (is != should_be) {
        fprintf(stderr, "%s is %#x, not %d\n", what, (unsigned)is, should_be);
        failures++;
    }
}

static void of_an_answer(const verigator_verification *answer, int is_invalid) {
    expect("verified", AS_INT(verigator_verification_verified, answer), 0);
    expect("throttled", AS_INT(verigator_verification_throttled, answer), 0);
    expect("expired", AS_INT(verigator_verification_expired, answer), 0);
    expect("invalid", AS_INT(verigator_verification_invalid, answer), is_invalid);
}

static void of_an_error(const verigator_error *error, int maybe_sent, int retry_safe) {
    expect("maybe_sent", AS_INT(verigator_error_maybe_sent, error), maybe_sent);
    expect("retry_safe", AS_INT(verigator_error_retry_safe, error), retry_safe);
}

int main(int argc, char **argv) {
    verigator_config *config = NULL;
    verigator_ctx *ctx = NULL;
    verigator_service *service = NULL;
    verigator_user *user = NULL;
    verigator_verification *denied = NULL;
    if (argc < 2 || verigator_config_new("demo", "demo-password", &config) ||
        verigator_config_set_base_url(config, argv[1]) || verigator_ctx_new(config, &ctx) ||
        verigator_service_create(ctx, "registers.example", "R", &service) ||
        verigator_user_create(ctx, verigator_service_id(service), "+3725554444", "u", &user)) {
        return 2;
    }
    const char *service_id = verigator_service_id(service), *user_id = verigator_user_id(user);
    int verified = 0x1234500;
    if (verigator_auth_initiate(ctx, service_id, user_id, VERIGATOR_METHOD_SMS, NULL) ||
        verigator_auth_check_token(ctx, service_id, user_id, "000000x", &denied) ||
        verigator_auth_verify(ctx, service_id, user_id, "000000y", &verified)) {
        return 2;
    }
    expect("the answer of a verification", verified, 0);
    of_an_answer(denied, 1);
    of_an_answer(NULL, 0);

    verified = 0x1234500;
    expect("a status", verigator_auth_verify(ctx, service_id, "nobody", "1", &verified), 404);
    expect("the answer of a failure", verified, 0);
    verigator_error *error = verigator_last_error();
    of_an_error(error, 1, 1);
    of_an_error(NULL, 1, 0);

    verigator_error_free(error);
    verigator_verification_free(denied);
    verigator_user_free(user);
    verigator_service_free(service);
    verigator_ctx_free(ctx);
    verigator_config_free(config);
    if (failures == 0) {
        puts("Every step came out as it should.");
    }
    return failures != 0;
}

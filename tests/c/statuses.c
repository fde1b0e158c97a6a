/* Each status of the contract, from the real server, in every operation; and outputs that say
 * nothing after a failure. */
#include "check.h"
#include "http.h"

static const char *base_url;

static void chaos(const char *rules) {
    CHECK(http_request(base_url, "PUT", "/_/chaos", rules, NULL, 0));
}

/* All nine operations and their variants fail with `expected`. Their outputs, which held anything
 * before, say nothing. */
static void all_fail(const verigator_ctx *ctx, const char *service_id, const char *user_id,
                     verigator_status expected) {
    char mark;
    verigator_service *service = (verigator_service *)&mark;
    verigator_user *user = (verigator_user *)&mark;
    verigator_users *users = (verigator_users *)&mark;
    verigator_challenge *challenge = (verigator_challenge *)&mark;
    verigator_verification *verification = (verigator_verification *)&mark;
    verigator_method method = 77;
    int32_t verified = 0x1234501;

    CHECK_STATUS(verigator_service_create(ctx, "new.example", "n", &service), expected);
    CHECK_STATUS(verigator_service_get(ctx, service_id, &service), expected);
    CHECK_STATUS(verigator_service_delete(ctx, service_id), expected);
    CHECK_STATUS(verigator_user_create(ctx, service_id, "+3725550000", "new", &user), expected);
    CHECK_STATUS(verigator_user_list(ctx, service_id, &users), expected);
    CHECK_STATUS(verigator_user_get(ctx, service_id, user_id, &user), expected);
    CHECK_STATUS(verigator_user_delete(ctx, service_id, user_id), expected);
    CHECK_STATUS(verigator_auth_initiate(ctx, service_id, user_id, VERIGATOR_METHOD_SMS, &method),
                 expected);
    CHECK_STATUS(verigator_auth_start(ctx, service_id, user_id, VERIGATOR_METHOD_SMS, &challenge),
                 expected);
    CHECK_STATUS(verigator_auth_verify(ctx, service_id, user_id, "123456", &verified), expected);
    CHECK_STATUS(verigator_auth_check_token(ctx, service_id, user_id, "123456", &verification),
                 expected);

    CHECK(!service && !user && !users && !challenge && !verification && !method && !verified);
}

static void the_last_error_tells_all(const verigator_ctx *ctx) {
    chaos("[{\"operation\":\"get-service\",\"status\":503,\"retry-after\":7}]");
    CHECK_STATUS(verigator_service_get(ctx, "s", NULL), VERIGATOR_SERVICE_UNAVAILABLE);
    verigator_error *error = verigator_last_error();
    size_t length = 0;
    const char *body = verigator_error_body(error, &length);
    CHECK(verigator_error_status(error) == VERIGATOR_SERVICE_UNAVAILABLE);
    CHECK(verigator_error_kind(error) == VERIGATOR_KIND_SERVICE);
    CHECK(verigator_error_http_status(error) == 503);
    CHECK(strstr(verigator_error_message(error), "503"));
    CHECK(verigator_error_service_message(error));
    CHECK(body && length > 0 && body[0] == '{');
    CHECK(verigator_error_request_id(error));
    CHECK(verigator_error_retry_after_ms(error) == 7000);
    CHECK(verigator_error_maybe_sent(error));
    CHECK(verigator_error_retry_safe(error));

    /* It stays as it is when another call fails. */
    CHECK_STATUS(verigator_service_get(ctx, "", NULL), VERIGATOR_INVALID_ARGUMENT);
    CHECK(verigator_error_http_status(error) == 503);
    verigator_error *later = verigator_last_error();
    CHECK(verigator_error_kind(later) == VERIGATOR_KIND_USAGE);
    CHECK(verigator_error_http_status(later) == 0);
    CHECK(!verigator_error_service_message(later) && !verigator_error_body(later, NULL));
    CHECK(!verigator_error_request_id(later) && verigator_error_retry_after_ms(later) == -1);
    CHECK(!verigator_error_maybe_sent(later));
    CHECK_STATUS(verigator_error_free(later), VERIGATOR_OK);
    CHECK_STATUS(verigator_error_free(error), VERIGATOR_OK);
    CHECK_STATUS(verigator_error_free(error), VERIGATOR_INVALID_HANDLE);
}

static void any_number_comes_back_as_it_is(const verigator_ctx *ctx) {
    static const int numbers[] = {429, 500, 501, 502, 503, 504, 418, 599};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char rules[128];
        snprintf(rules, sizeof rules, "[{\"operation\":\"*\",\"status\":%d}]", numbers[i]);
        chaos(rules);
        all_fail(ctx, "s", "u", numbers[i]);
    }
    chaos("[]");
}

int main(int argc, char **argv) {
    if (argc < 2) {
        return 2;
    }
    base_url = argv[1];
    verigator_ctx *ctx = context(base_url);

    /* 401: another password. */
    verigator_config *config = NULL;
    verigator_ctx *stranger = NULL;
    CHECK_STATUS(verigator_config_new("demo", "not-the-password", &config), VERIGATOR_OK);
    CHECK_STATUS(verigator_config_set_base_url(config, base_url), VERIGATOR_OK);
    CHECK_STATUS(verigator_ctx_new(config, &stranger), VERIGATOR_OK);
    all_fail(stranger, "s", "u", VERIGATOR_UNAUTHORIZED);
    verigator_config_free(config);

    verigator_service *service = NULL;
    verigator_user *user = NULL;
    CHECK_STATUS(verigator_service_create(ctx, "statuses.example", "S", &service), VERIGATOR_OK);
    const char *service_id = verigator_service_id(service);
    CHECK_STATUS(verigator_user_create(ctx, service_id, "+3725550001", "u", &user), VERIGATOR_OK);
    const char *user_id = verigator_user_id(user);

    /* 403: another account's service. */
    verigator_ctx *other = NULL;
    CHECK_STATUS(verigator_config_new("other", "other-password", &config), VERIGATOR_OK);
    CHECK_STATUS(verigator_config_set_base_url(config, base_url), VERIGATOR_OK);
    CHECK_STATUS(verigator_ctx_new(config, &other), VERIGATOR_OK);
    verigator_config_free(config);
    CHECK_STATUS(verigator_service_get(other, service_id, NULL), VERIGATOR_FORBIDDEN);
    CHECK_STATUS(verigator_user_get(other, service_id, user_id, NULL), VERIGATOR_FORBIDDEN);
    CHECK_STATUS(verigator_auth_initiate(other, service_id, user_id, VERIGATOR_METHOD_SMS, NULL),
                 VERIGATOR_FORBIDDEN);

    /* 404: no such service, user, enrolment or pending verification. */
    int32_t verified = 0;
    CHECK_STATUS(verigator_service_get(ctx, "nobody", NULL), VERIGATOR_NOT_FOUND);
    CHECK_STATUS(verigator_user_get(ctx, service_id, "nobody", NULL), VERIGATOR_NOT_FOUND);
    CHECK_STATUS(verigator_auth_verify(ctx, service_id, user_id, "123456", &verified),
                 VERIGATOR_NOT_FOUND);

    /* 409: it exists already. */
    CHECK_STATUS(verigator_service_create(ctx, "statuses.example", "S", NULL), VERIGATOR_CONFLICT);
    CHECK_STATUS(verigator_user_create(ctx, service_id, "+3725550002", "u", NULL),
                 VERIGATOR_CONFLICT);

    /* 422: a value is not acceptable. */
    CHECK_STATUS(verigator_user_create(ctx, service_id, "not a number", "v", NULL),
                 VERIGATOR_INVALID_DATA);
    CHECK_STATUS(verigator_service_create(ctx, "", "", NULL), VERIGATOR_INVALID_DATA);

    any_number_comes_back_as_it_is(ctx);
    the_last_error_tells_all(ctx);
    chaos("[]");

    CHECK_STATUS(verigator_service_delete(ctx, service_id), VERIGATOR_OK);
    verigator_user_free(user);
    verigator_service_free(service);
    verigator_ctx_free(ctx);
    verigator_ctx_free(other);
    verigator_ctx_free(stranger);
    return finish();
}

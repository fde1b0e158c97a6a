/* A login with everything the service says, and what each handle tells. */
#include "check.h"
#include "phone.h"

static const char *base_url;

/* Checks `token` and returns the whole answer. */
static verigator_verification *check(const verigator_ctx *ctx, const char *service_id,
                                     const char *user_id, const verigator_challenge *challenge,
                                     const char *token) {
    verigator_verification *verification = NULL;
    CHECK_STATUS(verigator_auth_check(ctx, service_id, user_id, challenge, token, &verification),
                 VERIGATOR_OK);
    return verification;
}

static void by_sms(const verigator_ctx *ctx, const char *service_id, const char *user_id) {
    char pin[7], wrong[7];
    verigator_challenge *challenge = NULL, *stored = NULL, *foreign = NULL;
    CHECK_STATUS(verigator_auth_start(ctx, service_id, user_id, VERIGATOR_METHOD_TOTP, &challenge),
                 VERIGATOR_OK);
    CHECK(verigator_challenge_method(challenge) == VERIGATOR_METHOD_SMS);
    CHECK(verigator_challenge_auth_id(challenge));
    CHECK(phone_read_pin(base_url, user_id, pin));
    snprintf(wrong, sizeof wrong, "%s", pin);
    wrong[0] = pin[0] == '9' ? '0' : (char)(pin[0] + 1);

    verigator_verification *denied = check(ctx, service_id, user_id, challenge, wrong);
    CHECK(!verigator_verification_verified(denied));
    CHECK(verigator_verification_method(denied) == VERIGATOR_METHOD_SMS);
    CHECK(verigator_verification_invalid(denied));
    CHECK(!verigator_verification_throttled(denied) && !verigator_verification_expired(denied));
    CHECK(strcmp(verigator_verification_result(denied), "INVALID") == 0);
    CHECK_STATUS(verigator_verification_free(denied), VERIGATOR_OK);

    /* The right PIN for another challenge is no proof. */
    CHECK_STATUS(verigator_challenge_new(VERIGATOR_METHOD_SMS,
                                         "00000000-0000-4000-8000-000000000000", &foreign),
                 VERIGATOR_OK);
    denied = check(ctx, service_id, user_id, foreign, pin);
    CHECK(!verigator_verification_verified(denied));
    CHECK_STATUS(verigator_verification_free(denied), VERIGATOR_OK);

    /* A challenge that was stored and made again is as good as the first. */
    CHECK_STATUS(verigator_challenge_new(verigator_challenge_method(challenge),
                                         verigator_challenge_auth_id(challenge), &stored),
                 VERIGATOR_OK);
    verigator_verification *verified = check(ctx, service_id, user_id, stored, pin);
    CHECK(verigator_verification_verified(verified));
    CHECK(!verigator_verification_invalid(verified) && !verigator_verification_result(verified));
    CHECK_STATUS(verigator_verification_free(verified), VERIGATOR_OK);

    denied = check(ctx, service_id, user_id, stored, pin);
    CHECK(!verigator_verification_verified(denied));
    CHECK_STATUS(verigator_verification_free(denied), VERIGATOR_OK);
    verigator_challenge_free(challenge);
    verigator_challenge_free(stored);
    verigator_challenge_free(foreign);
}

static void by_app(const verigator_ctx *ctx, const char *service_id, const char *user_id) {
    char secret[65], code[7];
    verigator_challenge *challenge = NULL;
    CHECK(phone_enrol(base_url, service_id, user_id, secret));
    CHECK_STATUS(verigator_auth_start(ctx, service_id, user_id, VERIGATOR_METHOD_TOTP, &challenge),
                 VERIGATOR_OK);
    CHECK(verigator_challenge_method(challenge) == VERIGATOR_METHOD_TOTP);
    CHECK(!verigator_challenge_auth_id(challenge));
    CHECK(phone_next_code(secret, code));
    verigator_verification *verified = check(ctx, service_id, user_id, challenge, code);
    CHECK(verigator_verification_verified(verified));
    CHECK(verigator_verification_method(verified) == VERIGATOR_METHOD_TOTP);
    verigator_verification_free(verified);
    verigator_verification *denied = check(ctx, service_id, user_id, challenge, code);
    CHECK(!verigator_verification_verified(denied));
    verigator_verification_free(denied);
    verigator_challenge_free(challenge);
}

int main(int argc, char **argv) {
    if (argc < 2) {
        return 2;
    }
    base_url = argv[1];
    verigator_ctx *ctx = context(base_url);
    verigator_service *service = NULL, *same_service = NULL;
    verigator_user *user = NULL, *same_user = NULL;
    verigator_users *users = NULL;

    CHECK_STATUS(verigator_service_create(ctx, "login-test.example", "L\xc3\xb5gin", &service),
                 VERIGATOR_OK);
    const char *service_id = verigator_service_id(service);
    CHECK_STATUS(verigator_service_get(ctx, service_id, &same_service), VERIGATOR_OK);
    CHECK(strcmp(verigator_service_id(same_service), service_id) == 0);
    CHECK(strcmp(verigator_service_name(same_service), "L\xc3\xb5gin") == 0);
    CHECK(strcmp(verigator_service_ctime(same_service), verigator_service_ctime(service)) == 0);

    CHECK_STATUS(verigator_user_create(ctx, service_id, "+3725551111", "kaisa", &user),
                 VERIGATOR_OK);
    const char *user_id = verigator_user_id(user);
    CHECK_STATUS(verigator_user_get(ctx, service_id, user_id, &same_user), VERIGATOR_OK);
    CHECK(strcmp(verigator_user_id_in_service(same_user), "kaisa") == 0);
    CHECK(strcmp(verigator_user_ctime(same_user), verigator_user_ctime(user)) == 0);
    CHECK_STATUS(verigator_user_list(ctx, service_id, &users), VERIGATOR_OK);
    CHECK(verigator_users_count(users) == 1 && verigator_users_total(users) == 1);
    CHECK(strcmp(verigator_users_id(users, 0), user_id) == 0);
    CHECK(strcmp(verigator_users_id_in_service(users, 0), "kaisa") == 0);
    CHECK(strcmp(verigator_users_ctime(users, 0), verigator_user_ctime(user)) == 0);
    CHECK(!verigator_users_id(users, 1) && !verigator_users_id_in_service(users, (size_t)-1));

    by_sms(ctx, service_id, user_id);
    by_app(ctx, service_id, user_id);

    CHECK_STATUS(verigator_user_delete(ctx, service_id, user_id), VERIGATOR_OK);
    CHECK_STATUS(verigator_user_get(ctx, service_id, user_id, NULL), VERIGATOR_NOT_FOUND);
    CHECK_STATUS(verigator_service_delete(ctx, service_id), VERIGATOR_OK);
    CHECK_STATUS(verigator_service_get(ctx, service_id, NULL), VERIGATOR_NOT_FOUND);
    verigator_users_free(users);
    verigator_user_free(same_user);
    verigator_user_free(user);
    verigator_service_free(same_service);
    verigator_service_free(service);
    verigator_ctx_free(ctx);
    return finish();
}

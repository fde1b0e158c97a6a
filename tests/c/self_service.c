/* What tenants do for themselves, at the real server: blocking, and as calls. */
#include <inttypes.h>

#include "check.h"
#include "http.h"
#include "totp.h"

/* The delay after a failure, in seconds, is 15 minutes at most: a second more is behind it. */
enum { STEP = 30, LONGEST_DELAY = 15 * 60 + 1, FAILURES_UNTIL_LOCKED = 100 };

static const char *base_url, *service_id, *user_id;

/* The server's time, in seconds, which goes on from where this test sets it. */
static uint64_t now;

static void set_clock(uint64_t to) {
    char body[32];
    snprintf(body, sizeof body, "{\"now\": %" PRIu64 "}", to);
    CHECK(http_request(base_url, "PUT", "/_/clock", body, NULL, 0));
    now = to;
}

/* The code that the app shows now. Its last digit is another one if `digit` is not 0. */
static void app_code(const char *secret, int digit, char code[7]) {
    CHECK(totp_code(secret, now / STEP, code));
    code[5] = (char)('0' + (code[5] - '0' + digit) % 10);
}

static int64_t remaining(const verigator_ctx *ctx) {
    int64_t remaining = -1;
    CHECK_STATUS(verigator_recovery_codes_remaining(ctx, service_id, user_id, &remaining),
                 VERIGATOR_OK);
    return remaining;
}

/* Whether an app is confirmed, and whether an enrolment waits, in one number: 10 and 1. */
static int totp_state(const verigator_ctx *ctx) {
    verigator_totp_state *state = NULL;
    CHECK_STATUS(verigator_totp_get(ctx, service_id, user_id, &state), VERIGATOR_OK);
    int both = 10 * verigator_totp_state_confirmed(state) + verigator_totp_state_pending(state);
    CHECK_STATUS(verigator_totp_state_free(state), VERIGATOR_OK);
    return both;
}

static void users_are_found(const verigator_ctx *ctx) {
    verigator_user *found = NULL;
    CHECK_STATUS(verigator_user_find(ctx, service_id, "kaisa", &found), VERIGATOR_OK);
    CHECK(strcmp(verigator_user_id(found), user_id) == 0);
    CHECK_STATUS(verigator_user_free(found), VERIGATOR_OK);
    CHECK_STATUS(verigator_user_find(ctx, service_id, "kais", &found), VERIGATOR_NOT_FOUND);
    CHECK(found == NULL);
    CHECK_STATUS(verigator_user_find(ctx, service_id, "", &found), VERIGATOR_INVALID_ARGUMENT);
}

static void services_are_found_and_paged(const verigator_ctx *ctx) {
    verigator_service *found = NULL, *other = NULL;
    verigator_services *first = NULL, *last = NULL;
    CHECK_STATUS(verigator_service_find(ctx, "SELF-service.example", &found), VERIGATOR_OK);
    CHECK(strcmp(verigator_service_id(found), service_id) == 0);
    CHECK_STATUS(verigator_service_free(found), VERIGATOR_OK);
    CHECK_STATUS(verigator_service_find(ctx, "no.example", &found), VERIGATOR_NOT_FOUND);
    CHECK(found == NULL);

    CHECK_STATUS(verigator_service_create(ctx, "other.example", "O", &other), VERIGATOR_OK);
    CHECK_STATUS(verigator_service_page(ctx, 1, NULL, &first), VERIGATOR_OK);
    CHECK(verigator_services_count(first) == 1 && verigator_services_total(first) == 2);
    const char *cursor = verigator_services_next_cursor(first);
    CHECK(cursor != NULL);
    CHECK_STATUS(verigator_service_page(ctx, 1, cursor, &last), VERIGATOR_OK);
    CHECK(verigator_services_count(last) == 1 && !verigator_services_next_cursor(last));
    CHECK(strcmp(verigator_services_id(first, 0), verigator_services_id(last, 0)) != 0);
    CHECK_STATUS(verigator_service_page(ctx, 1, "no cursor", NULL), VERIGATOR_INVALID_DATA);
    CHECK_STATUS(verigator_service_delete(ctx, verigator_service_id(other)), VERIGATOR_OK);
    verigator_services_free(first);
    verigator_services_free(last);
    verigator_service_free(other);
}

static void users_are_paged(const verigator_ctx *ctx) {
    verigator_user *other = NULL;
    verigator_users *page = NULL;
    char cursor[256];
    CHECK_STATUS(verigator_user_create(ctx, service_id, "+3725552222", "juhan", &other),
                 VERIGATOR_OK);
    CHECK_STATUS(verigator_user_page(ctx, service_id, 1, NULL, &page), VERIGATOR_OK);
    CHECK(verigator_users_count(page) == 1 && verigator_users_next_cursor(page));
    snprintf(cursor, sizeof cursor, "%s", verigator_users_next_cursor(page));
    CHECK_STATUS(verigator_users_free(page), VERIGATOR_OK);
    CHECK_STATUS(verigator_user_page(ctx, service_id, 1, cursor, &page), VERIGATOR_OK);
    CHECK(verigator_users_count(page) == 1 && !verigator_users_next_cursor(page));
    CHECK_STATUS(verigator_users_free(page), VERIGATOR_OK);
    CHECK_STATUS(verigator_user_delete(ctx, service_id, verigator_user_id(other)), VERIGATOR_OK);
    CHECK_STATUS(verigator_user_free(other), VERIGATOR_OK);
}

/* Starts, checks a token, and says whether it proved the login; and by which method. */
static bool logs_in(const verigator_ctx *ctx, const char *token, verigator_method *out_method) {
    verigator_challenge *challenge = NULL;
    verigator_verification *answer = NULL;
    CHECK_STATUS(verigator_auth_start(ctx, service_id, user_id, VERIGATOR_METHOD_TOTP, &challenge),
                 VERIGATOR_OK);
    CHECK(verigator_challenge_method(challenge) == VERIGATOR_METHOD_TOTP);
    CHECK_STATUS(verigator_auth_check(ctx, service_id, user_id, challenge, token, &answer),
                 VERIGATOR_OK);
    bool verified = verigator_verification_verified(answer) == 1;
    *out_method = verigator_verification_method(answer);
    CHECK_STATUS(verigator_verification_free(answer), VERIGATOR_OK);
    CHECK_STATUS(verigator_challenge_free(challenge), VERIGATOR_OK);
    return verified;
}

/* Enrols an app, and writes its secret (at most `size` characters with the NUL). */
static void an_app_is_enrolled(const verigator_ctx *ctx, char *secret, size_t size) {
    verigator_enrolment *first = NULL, *enrolment = NULL;
    char code[7];
    CHECK(totp_state(ctx) == 0);
    CHECK_STATUS(verigator_totp_begin(ctx, service_id, user_id, &first), VERIGATOR_OK);
    CHECK(!verigator_enrolment_replaced(first) && totp_state(ctx) == 1);
    CHECK_STATUS(verigator_totp_begin(ctx, service_id, user_id, &enrolment), VERIGATOR_OK);
    CHECK(verigator_enrolment_replaced(enrolment) == 1);
    snprintf(secret, size, "%s", verigator_enrolment_secret(enrolment));
    CHECK(strcmp(secret, verigator_enrolment_secret(first)) != 0);
    CHECK(strstr(verigator_enrolment_uri(enrolment), secret));
    CHECK(strstr(verigator_enrolment_qr_svg(enrolment), "<svg"));
    CHECK_STATUS(verigator_enrolment_free(first), VERIGATOR_OK);
    CHECK(verigator_enrolment_secret(first) == NULL);
    CHECK_STATUS(verigator_enrolment_free(enrolment), VERIGATOR_OK);

    app_code(secret, 5, code);
    CHECK_STATUS(verigator_totp_confirm(ctx, service_id, user_id, code), VERIGATOR_INVALID_DATA);
    CHECK(totp_state(ctx) == 1);
    app_code(secret, 0, code);
    CHECK_STATUS(verigator_totp_confirm(ctx, service_id, user_id, code), VERIGATOR_OK);
    CHECK(totp_state(ctx) == 10);
    CHECK_STATUS(verigator_totp_confirm(ctx, service_id, user_id, code), VERIGATOR_CONFLICT);
}

/* Makes a link, in place of an enrolment that was begun; and another one. */
static void a_link_is_made(const verigator_ctx *ctx) {
    verigator_enrolment_link *first = NULL, *second = NULL;
    CHECK_STATUS(verigator_totp_begin(ctx, service_id, user_id, NULL), VERIGATOR_OK);
    CHECK(totp_state(ctx) == 11);
    CHECK_STATUS(verigator_totp_link_create(ctx, service_id, user_id, 60, &first), VERIGATOR_OK);
    CHECK(verigator_enrolment_link_replaced(first) == 1 && totp_state(ctx) == 10);
    CHECK_STATUS(verigator_totp_link_create(ctx, service_id, user_id, 604800, &second),
                 VERIGATOR_OK);
    CHECK(strstr(verigator_enrolment_link_url(first), "/enrol/"));
    CHECK(strcmp(verigator_enrolment_link_url(first), verigator_enrolment_link_url(second)) != 0);
    CHECK(strcmp(verigator_enrolment_link_expires_at(first),
                 verigator_enrolment_link_expires_at(second)) < 0);
    CHECK_STATUS(verigator_enrolment_link_free(first), VERIGATOR_OK);
    CHECK(verigator_enrolment_link_url(first) == NULL);
    CHECK_STATUS(verigator_enrolment_link_free(second), VERIGATOR_OK);
    CHECK_STATUS(verigator_totp_link_create(ctx, service_id, user_id, 59, &first),
                 VERIGATOR_INVALID_ARGUMENT);
    CHECK(first == NULL);
}

static void the_app_logs_in(const verigator_ctx *ctx, const char *secret) {
    verigator_method method = 0;
    char code[7];
    for (int turn = 0; turn < 2; turn++) {
        CHECK(turn == 0 || !logs_in(ctx, code, &method));
        set_clock(now + 10 * STEP);
        app_code(secret, 0, code);
        CHECK(logs_in(ctx, code, &method) && method == VERIGATOR_METHOD_TOTP);
    }
}

static void a_locked_user_is_unlocked(const verigator_ctx *ctx, const char *secret) {
    verigator_method method = 0;
    char code[7];
    for (int failures = 0; failures < FAILURES_UNTIL_LOCKED; failures++) {
        set_clock(now + LONGEST_DELAY);
        app_code(secret, 5, code);
        CHECK(!logs_in(ctx, code, &method));
    }
    set_clock(now + LONGEST_DELAY);
    CHECK_STATUS(verigator_auth_start(ctx, service_id, user_id, VERIGATOR_METHOD_TOTP, NULL),
                 VERIGATOR_CONFLICT);
    CHECK_STATUS(verigator_user_unlock(ctx, service_id, user_id), VERIGATOR_OK);
    app_code(secret, 0, code);
    CHECK(logs_in(ctx, code, &method) && method == VERIGATOR_METHOD_TOTP);
}

static void a_recovery_code_is_good_once(const verigator_ctx *ctx) {
    verigator_recovery_codes *codes = NULL;
    CHECK(remaining(ctx) == 0);
    CHECK_STATUS(verigator_recovery_codes_create(ctx, service_id, user_id, &codes), VERIGATOR_OK);
    size_t count = verigator_recovery_codes_count(codes);
    CHECK(count > 1 && remaining(ctx) == (int64_t)count);
    const char *code = verigator_recovery_codes_get(codes, count - 1);
    verigator_method method = 0;
    CHECK(logs_in(ctx, code, &method) && method == VERIGATOR_METHOD_RECOVERY_CODE);
    CHECK(!logs_in(ctx, code, &method));
    CHECK(remaining(ctx) == (int64_t)count - 1);
    CHECK_STATUS(verigator_recovery_codes_delete(ctx, service_id, user_id), VERIGATOR_OK);
    CHECK(remaining(ctx) == 0);
    CHECK_STATUS(verigator_recovery_codes_free(codes), VERIGATOR_OK);
}

/* Makes a call, which succeeds, and gives it back. */
static verigator_call *ran(verigator_status made, verigator_call *call) {
    CHECK_STATUS(made, VERIGATOR_OK);
    CHECK_STATUS(verigator_call_run(call), VERIGATOR_OK);
    return call;
}

static void the_same_by_calls(const verigator_ctx *ctx) {
    verigator_call *call = NULL;
    verigator_status made = verigator_call_totp_begin(ctx, service_id, user_id, &call);
    ran(made, call);
    CHECK(verigator_call_remaining(call) == -1 && verigator_call_totp_state(call) == NULL);
    verigator_enrolment *enrolment = verigator_call_enrolment(call);
    CHECK(verigator_enrolment_secret(enrolment) && verigator_call_enrolment(call) == NULL);
    CHECK_STATUS(verigator_enrolment_free(enrolment), VERIGATOR_OK);
    verigator_call_free(call);

    made = verigator_call_totp_link_create(ctx, service_id, user_id, 60, &call);
    verigator_enrolment_link *link = verigator_call_enrolment_link(ran(made, call));
    CHECK(verigator_enrolment_link_url(link) && verigator_call_enrolment_link(call) == NULL);
    CHECK(verigator_enrolment_link_replaced(link) == 1);
    CHECK_STATUS(verigator_enrolment_link_free(link), VERIGATOR_OK);
    verigator_call_free(call);

    made = verigator_call_recovery_codes_create(ctx, service_id, user_id, &call);
    verigator_recovery_codes *codes = verigator_call_recovery_codes(ran(made, call));
    int64_t count = (int64_t)verigator_recovery_codes_count(codes);
    CHECK(count > 1);
    CHECK_STATUS(verigator_recovery_codes_free(codes), VERIGATOR_OK);
    verigator_call_free(call);

    made = verigator_call_recovery_codes_remaining(ctx, service_id, user_id, &call);
    CHECK(verigator_call_remaining(ran(made, call)) == count);
    CHECK(verigator_call_remaining(call) == -1);
    verigator_call_free(call);

    made = verigator_call_totp_get(ctx, service_id, user_id, &call);
    verigator_totp_state *state = verigator_call_totp_state(ran(made, call));
    CHECK(verigator_totp_state_confirmed(state) == 1 && verigator_totp_state_pending(state) == 0);
    CHECK_STATUS(verigator_totp_state_free(state), VERIGATOR_OK);
    verigator_call_free(call);

    made = verigator_call_service_page(ctx, 10, NULL, &call);
    verigator_services *services = verigator_call_services(ran(made, call));
    CHECK(verigator_services_count(services) == 1);
    CHECK_STATUS(verigator_services_free(services), VERIGATOR_OK);
    verigator_call_free(call);

    made = verigator_call_user_page(ctx, service_id, 10, NULL, &call);
    verigator_users *users = verigator_call_users(ran(made, call));
    CHECK(verigator_users_count(users) == 1);
    CHECK_STATUS(verigator_users_free(users), VERIGATOR_OK);
    verigator_call_free(call);

    made = verigator_call_service_find(ctx, "self-service.example", &call);
    verigator_service *service = verigator_call_service(ran(made, call));
    CHECK(strcmp(verigator_service_id(service), service_id) == 0);
    CHECK_STATUS(verigator_service_free(service), VERIGATOR_OK);
    verigator_call_free(call);

    made = verigator_call_user_find(ctx, service_id, "kaisa", &call);
    verigator_user *user = verigator_call_user(ran(made, call));
    CHECK(strcmp(verigator_user_id(user), user_id) == 0);
    CHECK_STATUS(verigator_user_free(user), VERIGATOR_OK);
    verigator_call_free(call);

    made = verigator_call_user_unlock(ctx, service_id, user_id, &call);
    verigator_call_free(ran(made, call));
    made = verigator_call_recovery_codes_delete(ctx, service_id, user_id, &call);
    verigator_call_free(ran(made, call));
    made = verigator_call_totp_delete(ctx, service_id, user_id, &call);
    verigator_call_free(ran(made, call));
    CHECK_STATUS(verigator_call_totp_confirm(ctx, service_id, user_id, "123456", &call),
                 VERIGATOR_OK);
    CHECK_STATUS(verigator_call_run(call), VERIGATOR_NOT_FOUND);
    verigator_call_free(call);
}

/* The server has the routes: what is not there is told from a route that is not there. */
static void what_is_not_there(const verigator_ctx *ctx) {
    const char *nobody = "00000000-0000-4000-8000-000000000000";
    int64_t left = 77;
    CHECK_STATUS(verigator_user_unlock(ctx, service_id, nobody), VERIGATOR_NOT_FOUND);
    CHECK_STATUS(verigator_totp_begin(ctx, service_id, nobody, NULL), VERIGATOR_NOT_FOUND);
    CHECK_STATUS(verigator_totp_link_create(ctx, service_id, nobody, 60, NULL),
                 VERIGATOR_NOT_FOUND);
    CHECK_STATUS(verigator_totp_confirm(ctx, service_id, user_id, "123456"), VERIGATOR_NOT_FOUND);
    CHECK_STATUS(verigator_recovery_codes_remaining(ctx, nobody, user_id, &left),
                 VERIGATOR_NOT_FOUND);
    CHECK(left == 0);
    CHECK_STATUS(verigator_user_unlock(ctx, service_id, user_id), VERIGATOR_OK);
}

int main(int argc, char **argv) {
    if (argc < 2) {
        return 2;
    }
    base_url = argv[1];
    verigator_ctx *ctx = context(base_url);
    verigator_service *service = NULL;
    verigator_user *user = NULL;
    char secret[64];
    set_clock(UINT64_C(2000000000));
    CHECK_STATUS(verigator_service_create(ctx, "self-service.example", "S", &service),
                 VERIGATOR_OK);
    service_id = verigator_service_id(service);
    CHECK_STATUS(verigator_user_create(ctx, service_id, "+3725551111", "kaisa", &user),
                 VERIGATOR_OK);
    user_id = verigator_user_id(user);

    services_are_found_and_paged(ctx);
    users_are_found(ctx);
    users_are_paged(ctx);
    what_is_not_there(ctx);
    an_app_is_enrolled(ctx, secret, sizeof secret);
    a_link_is_made(ctx);
    the_app_logs_in(ctx, secret);
    a_locked_user_is_unlocked(ctx, secret);
    a_recovery_code_is_good_once(ctx);
    the_same_by_calls(ctx);

    CHECK_STATUS(verigator_service_delete(ctx, service_id), VERIGATOR_OK);
    verigator_user_free(user);
    verigator_service_free(service);
    verigator_ctx_free(ctx);
    return finish();
}

/* Wrong, freed and foreign handles: a status or a harmless value, never a crash. */
#include "check.h"

static void nothing_is_read_from(const void *handle) {
    size_t length = 77;
    CHECK(verigator_error_status(handle) == 0 && verigator_error_kind(handle) == 0);
    CHECK(verigator_error_http_status(handle) == 0);
    CHECK(strcmp(verigator_error_message(handle), "") == 0);
    CHECK(!verigator_error_service_message(handle) && !verigator_error_request_id(handle));
    CHECK(!verigator_error_body(handle, &length) && length == 0);
    CHECK(verigator_error_retry_after_ms(handle) == -1);
    CHECK(verigator_error_maybe_sent(handle) && !verigator_error_retry_safe(handle));
    CHECK(!verigator_service_id(handle) && !verigator_service_name(handle));
    CHECK(!verigator_service_ctime(handle));
    CHECK(!verigator_user_id(handle) && !verigator_user_ctime(handle));
    CHECK(!verigator_user_id_in_service(handle));
    CHECK(verigator_users_count(handle) == 0 && verigator_users_total(handle) == 0);
    CHECK(!verigator_users_id(handle, 0) && !verigator_users_ctime(handle, 0));
    CHECK(!verigator_users_id_in_service(handle, 0) && !verigator_users_next_cursor(handle));
    CHECK(verigator_services_count(handle) == 0 && verigator_services_total(handle) == 0);
    CHECK(!verigator_services_id(handle, 0) && !verigator_services_name(handle, 0));
    CHECK(!verigator_services_ctime(handle, 0) && !verigator_services_next_cursor(handle));
    CHECK(!verigator_enrolment_secret(handle) && !verigator_enrolment_uri(handle));
    CHECK(!verigator_enrolment_qr_svg(handle) && !verigator_enrolment_replaced(handle));
    CHECK(!verigator_enrolment_link_url(handle) && !verigator_enrolment_link_expires_at(handle));
    CHECK(!verigator_enrolment_link_replaced(handle));
    CHECK(!verigator_totp_state_confirmed(handle) && !verigator_totp_state_pending(handle));
    CHECK(verigator_recovery_codes_count(handle) == 0);
    CHECK(!verigator_recovery_codes_get(handle, 0));
    CHECK(verigator_challenge_method(handle) == 0 && !verigator_challenge_auth_id(handle));
    CHECK(!verigator_verification_verified(handle) && !verigator_verification_result(handle));
    CHECK(!verigator_verification_throttled(handle) && !verigator_verification_expired(handle));
    CHECK(!verigator_verification_invalid(handle) && verigator_verification_method(handle) == 0);
}

static void nothing_is_done_with(void *handle) {
    verigator_ctx *ctx = NULL;
    verigator_verification *verification = NULL;
    int32_t verified = 0;
    int64_t remaining = 77;
    CHECK_STATUS(verigator_totp_confirm(handle, "s", "u", "1"), VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_recovery_codes_remaining(handle, "s", "u", &remaining),
                 VERIGATOR_INVALID_HANDLE);
    CHECK(remaining == 0);
    CHECK_STATUS(verigator_config_set_timeout_ms(handle, 1000), VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_ctx_new(handle, &ctx), VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_ctx_close(handle), VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_service_get(handle, "s", NULL), VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_service_delete(handle, "s"), VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_user_list(handle, "s", NULL), VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_auth_initiate(handle, "s", "u", VERIGATOR_METHOD_SMS, NULL),
                 VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_auth_verify(handle, "s", "u", "1", &verified), VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_auth_check(handle, "s", "u", NULL, "1", &verification),
                 VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_auth_check_token(handle, "s", "u", "1", &verification),
                 VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_ctx_close_idle(handle), VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_config_unset_proxy(handle), VERIGATOR_INVALID_HANDLE);
    CHECK(!ctx && !verification && !verified);
}

static void nothing_is_freed_of(void *handle) {
    CHECK_STATUS(verigator_error_free(handle), VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_config_free(handle), VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_ctx_free(handle), VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_service_free(handle), VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_user_free(handle), VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_users_free(handle), VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_services_free(handle), VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_enrolment_free(handle), VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_enrolment_link_free(handle), VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_totp_state_free(handle), VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_recovery_codes_free(handle), VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_challenge_free(handle), VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_verification_free(handle), VERIGATOR_INVALID_HANDLE);
}

static void freeing_null_does_nothing(void) {
    CHECK_STATUS(verigator_error_free(NULL), VERIGATOR_OK);
    CHECK_STATUS(verigator_config_free(NULL), VERIGATOR_OK);
    CHECK_STATUS(verigator_ctx_free(NULL), VERIGATOR_OK);
    CHECK_STATUS(verigator_service_free(NULL), VERIGATOR_OK);
    CHECK_STATUS(verigator_user_free(NULL), VERIGATOR_OK);
    CHECK_STATUS(verigator_users_free(NULL), VERIGATOR_OK);
    CHECK_STATUS(verigator_services_free(NULL), VERIGATOR_OK);
    CHECK_STATUS(verigator_enrolment_free(NULL), VERIGATOR_OK);
    CHECK_STATUS(verigator_enrolment_link_free(NULL), VERIGATOR_OK);
    CHECK_STATUS(verigator_totp_state_free(NULL), VERIGATOR_OK);
    CHECK_STATUS(verigator_recovery_codes_free(NULL), VERIGATOR_OK);
    CHECK_STATUS(verigator_challenge_free(NULL), VERIGATOR_OK);
    CHECK_STATUS(verigator_verification_free(NULL), VERIGATOR_OK);
}

static void a_freed_handle_stays_freed(void) {
    verigator_challenge *first = NULL, *second = NULL;
    CHECK_STATUS(verigator_challenge_new(VERIGATOR_METHOD_SMS, "first", &first), VERIGATOR_OK);
    CHECK_STATUS(verigator_challenge_free(first), VERIGATOR_OK);
    /* The next one may take the same place. */
    CHECK_STATUS(verigator_challenge_new(VERIGATOR_METHOD_TOTP, NULL, &second), VERIGATOR_OK);
    CHECK(first != second);
    CHECK(!verigator_challenge_auth_id(first) && verigator_challenge_method(first) == 0);
    CHECK_STATUS(verigator_challenge_free(first), VERIGATOR_INVALID_HANDLE);
    CHECK(verigator_challenge_method(second) == VERIGATOR_METHOD_TOTP);
    CHECK(!verigator_challenge_auth_id(second));
    CHECK_STATUS(verigator_challenge_free(second), VERIGATOR_OK);
}

int main(int argc, char **argv) {
    if (argc < 2) {
        return 2;
    }
    int on_the_stack = 0;
    void *on_the_heap = malloc(64);
    verigator_ctx *ctx = context(argv[1]), *freed = context(argv[1]);
    verigator_service *service = NULL;
    verigator_users *users = NULL;
    CHECK_STATUS(verigator_service_create(ctx, "handles.example", "H", &service), VERIGATOR_OK);
    CHECK_STATUS(verigator_user_list(ctx, verigator_service_id(service), &users), VERIGATOR_OK);
    CHECK(verigator_users_count(users) == 0 && !verigator_users_id(users, 0));
    CHECK_STATUS(verigator_service_delete(ctx, verigator_service_id(service)), VERIGATOR_OK);
    CHECK_STATUS(verigator_service_free(service), VERIGATOR_OK);
    CHECK_STATUS(verigator_ctx_free(freed), VERIGATOR_OK);

    void *wrong[] = {&on_the_stack, on_the_heap, (void *)1, (void *)-1, freed, service, NULL};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        nothing_is_read_from(wrong[i]);
        nothing_is_done_with(wrong[i]);
        if (wrong[i]) {
            nothing_is_freed_of(wrong[i]);
        }
    }
    /* Another kind of handle. */
    nothing_is_done_with((void *)users);
    CHECK_STATUS(verigator_ctx_free((verigator_ctx *)(void *)users), VERIGATOR_INVALID_HANDLE);
    CHECK(!verigator_service_id((verigator_service *)(void *)ctx));
    CHECK_STATUS(verigator_service_get(ctx, "nobody", NULL), VERIGATOR_NOT_FOUND);

    freeing_null_does_nothing();
    a_freed_handle_stays_freed();
    CHECK_STATUS(verigator_users_free(users), VERIGATOR_OK);
    CHECK_STATUS(verigator_ctx_free(ctx), VERIGATOR_OK);
    free(on_the_heap);
    return finish();
}

/* Calls and queues where C is the better language for it: what is wrong with an argument, and who
 * may be asked for what; a call that another thread cancels. */
#define _GNU_SOURCE

#include <pthread.h>
#include <sched.h>

#include "check.h"
#include "http.h"

static const char *base_url;

static void what_is_wrong_is_said_when_a_call_is_made(void) {
    verigator_ctx *ctx = context(base_url);
    verigator_call *call = (verigator_call *)1;
    char id[1026];
    memset(id, 'a', sizeof id - 1);
    id[sizeof id - 1] = '\0';
    CHECK_STATUS(verigator_call_service_get(ctx, NULL, &call), VERIGATOR_INVALID_ARGUMENT);
    CHECK(call == NULL);
    CHECK_STATUS(verigator_call_service_get(ctx, "", &call), VERIGATOR_INVALID_ARGUMENT);
    CHECK_STATUS(verigator_call_service_get(ctx, id, &call), VERIGATOR_INVALID_ARGUMENT);
    CHECK_STATUS(verigator_call_service_get(ctx, "\xff", &call), VERIGATOR_INVALID_ARGUMENT);
    CHECK_STATUS(verigator_call_service_get(NULL, "s", &call), VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_call_auth_start(ctx, "s", "u", 99, &call), VERIGATOR_INVALID_ARGUMENT);
    CHECK_STATUS(verigator_call_auth_check(ctx, "s", "u", NULL, "1", &call),
                 VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_call_auth_start(ctx, "s", "u", VERIGATOR_METHOD_RECOVERY_CODE, &call),
                 VERIGATOR_INVALID_ARGUMENT);
    CHECK_STATUS(verigator_call_service_find(ctx, "", &call), VERIGATOR_INVALID_ARGUMENT);
    CHECK_STATUS(verigator_call_service_page(ctx, 0, NULL, &call), VERIGATOR_INVALID_ARGUMENT);
    CHECK_STATUS(verigator_call_user_page(ctx, "s", 1001, NULL, &call), VERIGATOR_INVALID_ARGUMENT);
    CHECK_STATUS(verigator_call_totp_confirm(ctx, "s", "u", "", &call), VERIGATOR_INVALID_ARGUMENT);
    CHECK_STATUS(verigator_call_recovery_codes_create(ctx, "s", NULL, &call),
                 VERIGATOR_INVALID_ARGUMENT);
    CHECK(call == NULL);
    CHECK_STATUS(verigator_ctx_free(ctx), VERIGATOR_OK);
}

/* Each function has an answer for what is no call, or no queue. */
static void handles_that_are_none(void) {
    verigator_ctx *ctx = context(base_url);
    verigator_call *call = NULL;
    verigator_queue *queue = NULL;
    int32_t fd = 0;
    CHECK_STATUS(verigator_queue_new(ctx, &queue), VERIGATOR_OK);
    CHECK_STATUS(verigator_call_service_get(ctx, "nobody", &call), VERIGATOR_OK);
    CHECK(verigator_call_status(call) == VERIGATOR_PENDING && verigator_call_error(call) == NULL);
    CHECK(verigator_call_service(call) == NULL && verigator_call_tag(call) == 0);
    CHECK(verigator_call_enrolment(call) == NULL && verigator_call_remaining(call) == -1);
    CHECK(verigator_call_enrolment_link(call) == NULL);
    CHECK_STATUS(verigator_call_set_timeout_ms(call, 0), VERIGATOR_INVALID_ARGUMENT);
    CHECK_STATUS(verigator_call_submit(call, NULL, 1), VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_call_submit(call, (verigator_queue *)ctx, 1), VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_call_run(call), VERIGATOR_NOT_FOUND);
    CHECK_STATUS(verigator_call_run(call), VERIGATOR_INVALID_ARGUMENT);
    CHECK_STATUS(verigator_call_submit(call, queue, 1), VERIGATOR_INVALID_ARGUMENT);
    CHECK_STATUS(verigator_call_free(call), VERIGATOR_OK);
    CHECK_STATUS(verigator_call_free(call), VERIGATOR_INVALID_HANDLE);
    CHECK(verigator_queue_next(queue, -1, &call) == VERIGATOR_EMPTY && call == NULL);

    CHECK_STATUS(verigator_call_run((verigator_call *)queue), VERIGATOR_INVALID_HANDLE);
    CHECK(verigator_call_status(NULL) == VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_call_cancel(NULL), VERIGATOR_INVALID_HANDLE);
    CHECK(verigator_call_error(NULL) == NULL && verigator_call_verification(NULL) == NULL);
    CHECK_STATUS(verigator_call_free(NULL), VERIGATOR_OK);
    CHECK_STATUS(verigator_queue_free(NULL), VERIGATOR_OK);
    CHECK_STATUS(verigator_queue_free(queue), VERIGATOR_OK);
    CHECK_STATUS(verigator_queue_free(queue), VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_queue_fd(queue, &fd), VERIGATOR_INVALID_HANDLE);
    CHECK(fd == -1);
    CHECK_STATUS(verigator_ctx_free(ctx), VERIGATOR_OK);
}

/* The server's rules that are left: they change once it has begun a request. */
static void rules(char *reply, size_t size) {
    CHECK(http_request(base_url, "GET", "/_/chaos", NULL, reply, size));
}

/* What the call returned; the checks are counted on one thread. */
static verigator_status returned;

static void *run(void *call) {
    returned = verigator_call_run(call);
    return NULL;
}

static void another_thread_cancels(void) {
    char before[4096], now[4096];
    verigator_ctx *ctx = context(base_url);
    verigator_call *call = NULL;
    pthread_t thread;
    CHECK(http_request(base_url, "PUT", "/_/chaos",
                       "[{\"operation\":\"verify-pin\",\"delay\":60000,\"times\":1}]", NULL, 0));
    rules(before, sizeof before);
    CHECK_STATUS(verigator_call_auth_check_token(ctx, "s", "u", "123456", &call), VERIGATOR_OK);
    CHECK(pthread_create(&thread, NULL, run, call) == 0);
    do {
        sched_yield();
        rules(now, sizeof now);
    } while (strcmp(before, now) == 0 && checks_failed == 0);
    CHECK_STATUS(verigator_call_cancel(call), VERIGATOR_OK);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK_STATUS(returned, VERIGATOR_CANCELLED);

    verigator_error *error = verigator_call_error(call);
    CHECK(verigator_error_status(error) == VERIGATOR_CANCELLED);
    CHECK(verigator_error_maybe_sent(error) == 1);
    CHECK_STATUS(verigator_error_free(error), VERIGATOR_OK);
    CHECK_STATUS(verigator_call_free(call), VERIGATOR_OK);
    CHECK_STATUS(verigator_ctx_free(ctx), VERIGATOR_OK);
    CHECK(http_request(base_url, "PUT", "/_/chaos", "[]", NULL, 0));
}

int main(int argc, char **argv) {
    if (argc < 2) {
        return 2;
    }
    base_url = argv[1];
    what_is_wrong_is_said_when_a_call_is_made();
    handles_that_are_none();
    another_thread_cancels();
    return finish();
}

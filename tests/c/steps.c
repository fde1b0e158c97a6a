/* A call that is made a step at a time, by a thread that has other things to see to. */
#define _GNU_SOURCE

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>
#include <time.h>

#include "check.h"
#include "http.h"

static const char *base_url;
static verigator_ctx *ctx;

/* The server's next answer to this operation takes so many milliseconds. */
static void slow(const char *operation, int delay) {
    char rule[128];
    snprintf(rule, sizeof rule, "[{\"operation\":\"%s\",\"delay\":%d,\"times\":1}]", operation,
             delay);
    CHECK(http_request(base_url, "PUT", "/_/chaos", rule, NULL, 0));
}

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A call that is answered NOT_FOUND. */
static verigator_call *check_token(void) {
    verigator_call *call = NULL;
    CHECK_STATUS(verigator_call_auth_check_token(ctx, "s", "u", "123456", &call), VERIGATOR_OK);
    return call;
}

/* One that has begun, and whose answer does not come. */
static verigator_call *waiting(void) {
    slow("verify-pin", 60000);
    verigator_call *call = check_token();
    CHECK(verigator_call_step(call) == VERIGATOR_PENDING);
    return call;
}

/* Goes on until it has ended. */
static verigator_status steps(verigator_call *call) {
    verigator_status status;
    do {
        status = verigator_call_step(call);
    } while (status == VERIGATOR_PENDING);
    return status;
}

static void ends_cancelled(verigator_call *call) {
    CHECK_STATUS(verigator_call_cancel(call), VERIGATOR_OK);
    CHECK_STATUS(steps(call), VERIGATOR_CANCELLED);
    CHECK_STATUS(verigator_call_free(call), VERIGATOR_OK);
}

static void the_last_step_returns_what_the_call_came_to(void) {
    verigator_call *call = check_token();
    CHECK_STATUS(steps(call), VERIGATOR_NOT_FOUND);
    CHECK(verigator_call_status(call) == VERIGATOR_NOT_FOUND);
    CHECK_STATUS(verigator_call_free(call), VERIGATOR_OK);
}

static void a_step_takes_a_tenth_of_a_second(void) {
    const int64_t before = now_ms();
    verigator_call *call = waiting();
    const int64_t took = now_ms() - before;
    /* The answer would take a minute. */
    CHECK(took < 30000);
    CHECK(verigator_call_status(call) == VERIGATOR_PENDING && verigator_call_error(call) == NULL);
    ends_cancelled(call);
}

/* The answer is there, and the call knows nothing of it until somebody goes on. */
static void between_two_steps_nothing_happens(void) {
    verigator_service *service = NULL;
    verigator_call *call = NULL;
    CHECK_STATUS(verigator_service_create(ctx, "steps.example", "Steps", &service), VERIGATOR_OK);
    const char *id = verigator_service_id(service);
    CHECK_STATUS(verigator_call_user_create(ctx, id, "+3725551111", "kaisa", &call), VERIGATOR_OK);
    slow("register-user", 300);
    CHECK(verigator_call_step(call) == VERIGATOR_PENDING);
    size_t count = 0;
    while (count == 0 && checks_failed == 0) {
        verigator_users *users = NULL;
        CHECK_STATUS(verigator_user_list(ctx, id, &users), VERIGATOR_OK);
        count = verigator_users_count(users);
        CHECK_STATUS(verigator_users_free(users), VERIGATOR_OK);
    }
    CHECK(verigator_call_status(call) == VERIGATOR_PENDING && verigator_call_user(call) == NULL);
    CHECK_STATUS(steps(call), VERIGATOR_OK);
    verigator_user *user = verigator_call_user(call);
    CHECK(user != NULL);
    CHECK_STATUS(verigator_user_free(user), VERIGATOR_OK);
    CHECK_STATUS(verigator_call_free(call), VERIGATOR_OK);
    CHECK_STATUS(verigator_service_free(service), VERIGATOR_OK);
}

static void its_deadline_passes_between_two_steps(void) {
    slow("verify-pin", 60000);
    verigator_call *call = check_token();
    CHECK_STATUS(verigator_call_set_timeout_ms(call, 150), VERIGATOR_OK);
    CHECK(verigator_call_step(call) == VERIGATOR_PENDING);
    poll(NULL, 0, 150);
    CHECK_STATUS(verigator_call_step(call), VERIGATOR_TIMEOUT);
    CHECK_STATUS(verigator_call_free(call), VERIGATOR_OK);
}

static void a_call_is_made_in_one_way(void) {
    verigator_queue *queue = NULL;
    CHECK_STATUS(verigator_queue_new(ctx, &queue), VERIGATOR_OK);

    verigator_call *run = check_token();
    CHECK_STATUS(verigator_call_run(run), VERIGATOR_NOT_FOUND);
    CHECK_STATUS(verigator_call_step(run), VERIGATOR_INVALID_ARGUMENT);

    verigator_call *submitted = check_token(), *ended = NULL;
    CHECK_STATUS(verigator_call_submit(submitted, queue, 0), VERIGATOR_OK);
    CHECK_STATUS(verigator_call_step(submitted), VERIGATOR_INVALID_ARGUMENT);
    CHECK_STATUS(verigator_queue_next(queue, -1, &ended), VERIGATOR_OK);
    CHECK(ended == submitted);
    CHECK_STATUS(verigator_call_step(submitted), VERIGATOR_INVALID_ARGUMENT);

    verigator_call *stepped = waiting();
    CHECK_STATUS(verigator_call_run(stepped), VERIGATOR_INVALID_ARGUMENT);
    CHECK_STATUS(verigator_call_submit(stepped, queue, 0), VERIGATOR_INVALID_ARGUMENT);
    CHECK(verigator_call_status(stepped) == VERIGATOR_PENDING);
    ends_cancelled(stepped);

    CHECK_STATUS(verigator_call_step(NULL), VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_call_step((verigator_call *)queue), VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_call_step(stepped), VERIGATOR_INVALID_HANDLE);
    CHECK_STATUS(verigator_call_free(run), VERIGATOR_OK);
    CHECK_STATUS(verigator_call_free(submitted), VERIGATOR_OK);
    CHECK_STATUS(verigator_queue_free(queue), VERIGATOR_OK);
}

/* Steps until it has ended, but for those that the other thread is at. */
static void *go_on(void *call) {
    verigator_status status;
    do {
        status = verigator_call_step(call);
    } while (status == VERIGATOR_PENDING || status == VERIGATOR_INVALID_ARGUMENT);
    return NULL;
}

static void two_threads_do_not_step_at_once(void) {
    verigator_call *call = waiting();
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, go_on, call) == 0);
    while (verigator_call_step(call) != VERIGATOR_INVALID_ARGUMENT) {
    }
    CHECK(verigator_call_status(call) == VERIGATOR_PENDING);
    CHECK_STATUS(verigator_call_cancel(call), VERIGATOR_OK);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(verigator_call_status(call) == VERIGATOR_CANCELLED);
    CHECK_STATUS(verigator_call_free(call), VERIGATOR_OK);
}

static void handle(int signal) {
    (void)signal;
}

/* Without the signal each takes 90 ms or more. A signal may also come before its step. */
static void the_handler_of_a_signal_ends_a_step(void) {
    verigator_call *call = waiting();
    const struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};
    const struct itimerval soon = {.it_value = {.tv_usec = 10000}};
    CHECK(sigaction(SIGALRM, &action, NULL) == 0);
    int64_t took = 0;
    for (int i = 0; i < 50 && (i == 0 || took > 60); i++) {
        const int64_t before = now_ms();
        CHECK(setitimer(ITIMER_REAL, &soon, NULL) == 0);
        CHECK(verigator_call_step(call) == VERIGATOR_PENDING);
        took = now_ms() - before;
    }
    CHECK(took <= 60);
    ends_cancelled(call);
}

int main(int argc, char **argv) {
    if (argc < 2) {
        return 2;
    }
    base_url = argv[1];
    ctx = context(base_url);
    the_last_step_returns_what_the_call_came_to();
    a_step_takes_a_tenth_of_a_second();
    between_two_steps_nothing_happens();
    its_deadline_passes_between_two_steps();
    a_call_is_made_in_one_way();
    two_threads_do_not_step_at_once();
    the_handler_of_a_signal_ends_a_step();
    CHECK_STATUS(verigator_ctx_free(ctx), VERIGATOR_OK);
    return finish();
}

/* Many threads on one context: each gets its own answers, also when the context is closed or freed
 * under them, and when the log callback itself makes calls. The server answers each request for a
 * service with the id that was asked for, so that a reply that went astray is seen. */
#define _GNU_SOURCE

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

#include "check.h"

enum { THREADS = 64, CALLS = 20, MOST_SECONDS = 300 };

static const char *base_url;

struct caller {
    verigator_ctx *ctx;
    pthread_t thread;
    int number;
    int answered, wrong;
    verigator_status last;
};

/* How many calls were answered, by all callers together. */
static atomic_int answered;

/* Asks for a service of this caller's own; counts an answer for another one as wrong. */
static void ask(struct caller *caller) {
    char id[32];
    verigator_service *service = NULL;
    snprintf(id, sizeof id, "service-%d", caller->number);
    caller->last = verigator_service_get(caller->ctx, id, &service);
    if (caller->last == VERIGATOR_OK) {
        caller->wrong += strcmp(verigator_service_id(service), id) != 0;
        caller->answered++;
        atomic_fetch_add(&answered, 1);
    } else {
        verigator_error *error = verigator_last_error();
        caller->wrong += service != NULL || verigator_error_status(error) != caller->last;
        verigator_error_free(error);
    }
    verigator_service_free(service);
}

static void *ask_some_times(void *argument) {
    for (int i = 0; i < CALLS; i++) {
        ask(argument);
    }
    return NULL;
}

static void *ask_until_refused(void *argument) {
    struct caller *caller = argument;
    do {
        ask(caller);
    } while (caller->last == VERIGATOR_OK);
    return NULL;
}

static void begin(struct caller *callers, verigator_ctx *ctx, void *(*run)(void *)) {
    atomic_store(&answered, 0);
    for (int i = 0; i < THREADS; i++) {
        callers[i] = (struct caller){.ctx = ctx, .number = i};
        CHECK(pthread_create(&callers[i].thread, NULL, run, &callers[i]) == 0);
    }
}

static void wait_until_answered(int count) {
    while (atomic_load(&answered) < count) {
        sched_yield();
    }
}

static void end(struct caller *callers) {
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_join(callers[i].thread, NULL) == 0);
        CHECK(callers[i].wrong == 0);
    }
}

static void each_gets_its_own_answers(void) {
    struct caller callers[THREADS];
    verigator_ctx *ctx = context(base_url);
    begin(callers, ctx, ask_some_times);
    end(callers);
    for (int i = 0; i < THREADS; i++) {
        CHECK(callers[i].answered == CALLS);
    }
    CHECK_STATUS(verigator_ctx_free(ctx), VERIGATOR_OK);
}

/* Calls that are under way end well; later ones find no context. */
static void one_frees_it_while_others_call(void) {
    struct caller callers[THREADS];
    verigator_ctx *ctx = context(base_url);
    begin(callers, ctx, ask_until_refused);
    wait_until_answered(THREADS);
    CHECK_STATUS(verigator_ctx_free(ctx), VERIGATOR_OK);
    end(callers);
    for (int i = 0; i < THREADS; i++) {
        CHECK(callers[i].last == VERIGATOR_INVALID_HANDLE);
    }
    CHECK_STATUS(verigator_ctx_free(ctx), VERIGATOR_INVALID_HANDLE);
}

static void one_closes_it_while_others_call(void) {
    struct caller callers[THREADS];
    verigator_ctx *ctx = context(base_url);
    begin(callers, ctx, ask_until_refused);
    wait_until_answered(THREADS);
    CHECK_STATUS(verigator_ctx_close(ctx), VERIGATOR_OK);
    end(callers);
    for (int i = 0; i < THREADS; i++) {
        CHECK(callers[i].last == VERIGATOR_CANCELLED || callers[i].last == VERIGATOR_CLOSED);
    }
    CHECK_STATUS(verigator_ctx_free(ctx), VERIGATOR_OK);
}

static void *free_it(void *argument) {
    struct caller *caller = argument;
    caller->last = verigator_ctx_free(caller->ctx);
    return NULL;
}

static void all_free_it_at_once(void) {
    struct caller callers[THREADS];
    int freed = 0;
    begin(callers, context(base_url), free_it);
    end(callers);
    for (int i = 0; i < THREADS; i++) {
        CHECK(callers[i].last == VERIGATOR_OK || callers[i].last == VERIGATOR_INVALID_HANDLE);
        freed += callers[i].last == VERIGATOR_OK;
    }
    CHECK(freed == 1);
}

static _Atomic(verigator_ctx *) logged;
static atomic_int inner_calls, inner_failures;
static _Thread_local bool is_inside;

/* Calls back in, through the same context. */
static void call_back_in(void *user_data, verigator_log_level level, const char *message) {
    (void)user_data, (void)level, (void)message;
    if (!is_inside) {
        is_inside = true;
        verigator_status status = verigator_service_get(atomic_load(&logged), "inner", NULL);
        atomic_fetch_add(&inner_failures, status != VERIGATOR_OK);
        atomic_fetch_add(&inner_calls, 1);
        is_inside = false;
    }
}

static void with_a_callback(verigator_config *config) {
    CHECK_STATUS(verigator_config_set_log(config, VERIGATOR_LOG_INFO, call_back_in, NULL, NULL),
                 VERIGATOR_OK);
}

static void the_callback_calls_back_in(void) {
    struct caller callers[THREADS];
    verigator_ctx *ctx = context_with(base_url, with_a_callback);
    atomic_store(&logged, ctx);
    begin(callers, ctx, ask_some_times);
    end(callers);
    CHECK(atomic_load(&inner_calls) == THREADS * CALLS && atomic_load(&inner_failures) == 0);
    CHECK_STATUS(verigator_ctx_free(ctx), VERIGATOR_OK);
}

int main(int argc, char **argv) {
    if (argc < 2) {
        return 2;
    }
    alarm(MOST_SECONDS); /* A bound for a hang, not a measure. */
    base_url = argv[1];
    each_gets_its_own_answers();
    one_frees_it_while_others_call();
    one_closes_it_while_others_call();
    all_free_it_at_once();
    the_callback_calls_back_in();
    return finish();
}

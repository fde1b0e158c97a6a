/* Calls and queues that are raced: threads submit, cancel, free and take out, while the queue is
 * closed, the program is forked, and the host takes the queue's descriptor for its own. Each
 * submitted call comes out once, unless it was freed. */
#define _GNU_SOURCE

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

enum { THREADS = 4, CALLS = 250, ALL = THREADS * CALLS };

/* What becomes of each call, by its tag. */
enum { NOT_SUBMITTED, SUBMITTED, FREED };

static verigator_ctx *ctx;
static verigator_queue *queue;
static verigator_call *calls[ALL];
static atomic_int fates[ALL];
static atomic_int completions[ALL];
static atomic_int wrong;
static atomic_int submitting;
static atomic_int freed_meanwhile;

struct thread {
    pthread_t id;
    unsigned number, seed;
};

static bool one_in(struct thread *thread, unsigned many) {
    return (unsigned)rand_r(&thread->seed) % many == 0;
}

/* A call that has come out belongs to who took it, unless who submitted it frees it just then: of
 * two that free it, one does. */
static void take(verigator_call *call) {
    uint64_t tag = verigator_call_tag(call);
    verigator_status status = verigator_call_status(call);
    bool is_right;
    if (status == VERIGATOR_OK) {
        verigator_service *service = verigator_call_service(call);
        is_right = service != NULL;
        (void)verigator_service_free(service);
    } else {
        /* An error of its own, whichever it is. */
        verigator_error *error = verigator_call_error(call);
        is_right = verigator_error_status(error) == status;
        (void)verigator_error_free(error);
    }
    if (verigator_call_free(call) != VERIGATOR_OK) {
        atomic_fetch_add(&freed_meanwhile, 1);
        return;
    }
    atomic_fetch_add(&completions[tag], 1);
    atomic_fetch_add(&wrong, !is_right);
}

static void *race(void *argument) {
    struct thread *thread = argument;
    for (unsigned i = 0; i < CALLS; i++) {
        unsigned tag = thread->number * CALLS + i;
        verigator_call *call = NULL, *ended = NULL;
        atomic_fetch_add(&wrong, verigator_call_service_get(ctx, "s", &call) != VERIGATOR_OK);
        calls[tag] = call;
        bool is_cancelled_before = one_in(thread, 4);
        if (is_cancelled_before)
            atomic_fetch_add(&wrong, verigator_call_cancel(call) != VERIGATOR_OK);
        /* Before it comes out anywhere. */
        atomic_store(&fates[tag], SUBMITTED);
        if (verigator_call_submit(call, queue, tag) != VERIGATOR_OK) {
            atomic_store(&fates[tag], NOT_SUBMITTED);
            (void)verigator_call_free(call);
            continue;
        }
        if (one_in(thread, 4)) {
            /* Its handle may be freed by now, by who took it out. */
            verigator_status status = verigator_call_cancel(call);
            atomic_fetch_add(&wrong, status != VERIGATOR_OK && status != VERIGATOR_INVALID_HANDLE);
        }
        if (one_in(thread, 16)) {
            atomic_store(&fates[tag], FREED);
            (void)verigator_call_free(call);
        }
        if (verigator_queue_next(queue, (int64_t)(i % 2), &ended) == VERIGATOR_OK)
            take(ended);
    }
    atomic_fetch_sub(&submitting, 1);
    return NULL;
}

/* What the child inherits comes out there too, and it makes calls of its own. */
static void fork_a_child(void) {
    pid_t child = fork();
    if (child == 0) {
        verigator_call *ended = NULL, *own = NULL;
        verigator_status status;
        checks_failed = 0;
        while ((status = verigator_queue_next(queue, 0, &ended)) == VERIGATOR_OK) {
            CHECK(verigator_call_status(ended) != VERIGATOR_PENDING);
            (void)verigator_call_free(ended);
        }
        CHECK_STATUS(status, VERIGATOR_EMPTY);
        CHECK_STATUS(verigator_call_service_get(ctx, "s", &own), VERIGATOR_OK);
        CHECK_STATUS(verigator_call_submit(own, queue, 0), VERIGATOR_OK);
        CHECK_STATUS(verigator_queue_next(queue, -1, &ended), VERIGATOR_OK);
        CHECK(ended == own);
        CHECK_STATUS(verigator_call_status(own), VERIGATOR_OK);
        (void)verigator_queue_free(queue);
        _exit(checks_failed != 0);
    }
    int status = -1;
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    CHECK(status == 0);
}

/* The host opens a file where the queue's descriptor was. Returns its number. */
static int take_the_descriptor(void) {
    int descriptor = -1, file = open("/dev/null", O_RDWR);
    CHECK(verigator_queue_fd(queue, &descriptor) == VERIGATOR_OK && descriptor >= 0);
    CHECK(dup2(file, descriptor) == descriptor);
    CHECK(close(file) == 0);
    return descriptor;
}

/* One round; returns how many calls came out. */
static int round_of(int number) {
    struct thread threads[THREADS];
    int taken = -1, sum = 0, freed = 0;
    CHECK(verigator_queue_new(ctx, &queue) == VERIGATOR_OK);
    atomic_store(&submitting, THREADS);
    atomic_store(&freed_meanwhile, 0);
    for (unsigned i = 0; i < ALL; i++) {
        atomic_store(&fates[i], NOT_SUBMITTED);
        atomic_store(&completions[i], 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        threads[i] = (struct thread){.number = i, .seed = (unsigned)number * THREADS + i};
        CHECK(pthread_create(&threads[i].id, NULL, race, &threads[i]) == 0);
    }
    if (number % 8 == 1)
        fork_a_child();
    if (number % 4 == 2)
        taken = take_the_descriptor();
    if (number % 4 == 3)
        CHECK(verigator_queue_close(queue) == VERIGATOR_OK);
    for (unsigned i = 0; i < THREADS; i++)
        CHECK(pthread_join(threads[i].id, NULL) == 0);

    verigator_call *ended = NULL;
    verigator_status status;
    while ((status = verigator_queue_next(queue, -1, &ended)) == VERIGATOR_OK)
        take(ended);
    CHECK(status == (number % 4 == 3 ? VERIGATOR_CLOSED : VERIGATOR_EMPTY));
    CHECK(verigator_queue_free(queue) == VERIGATOR_OK);
    if (taken >= 0)
        CHECK(close(taken) == 0);
    for (unsigned i = 0; i < ALL; i++) {
        int count = atomic_load(&completions[i]), fate = atomic_load(&fates[i]);
        sum += count;
        freed += fate == FREED && count == 0;
        CHECK(count == (fate == SUBMITTED) || (fate == FREED && count <= 1));
    }
    CHECK(atomic_load(&freed_meanwhile) <= freed);
    CHECK(atomic_load(&wrong) == 0);
    return sum;
}

int main(int count, char **arguments) {
    if (count != 3)
        return 2;
    verigator_config *config = NULL;
    CHECK(verigator_config_new("user", "password", &config) == VERIGATOR_OK);
    CHECK(verigator_config_set_base_url(config, arguments[1]) == VERIGATOR_OK);
    /* No machine is too slow for this. */
    CHECK(verigator_config_set_timeout_ms(config, 600000) == VERIGATOR_OK);
    CHECK(verigator_config_set_connect_timeout_ms(config, 600000) == VERIGATOR_OK);
    CHECK(verigator_ctx_new(config, &ctx) == VERIGATOR_OK);
    long wanted = strtol(arguments[2], NULL, 10), completed = 0;
    for (int number = 0; completed < wanted; number++)
        completed += round_of(number);
    (void)verigator_ctx_free(ctx);
    (void)verigator_config_free(config);
    fprintf(stderr, "%ld completions\n", completed);
    return finish();
}

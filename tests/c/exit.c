/* The program ends while a thousand calls are under way: its exit code is its own, and nobody waits
 * for the calls, of which the service leaves many without an answer. */
#define _GNU_SOURCE

#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>

#include "check.h"

enum { CALLS = 1000, CONNECTIONS = 64, CODE = 42 };

static verigator_ctx *ctx;
static verigator_queue *queue;
static const char *proxy;

static void configure(verigator_config *config) {
    /* Longer than the alarm: who waits for a call is seen. */
    CHECK_STATUS(verigator_config_set_timeout_ms(config, 600000), VERIGATOR_OK);
    CHECK_STATUS(verigator_config_set_connect_timeout_ms(config, 600000), VERIGATOR_OK);
    CHECK_STATUS(verigator_config_set_max_connections(config, CONNECTIONS), VERIGATOR_OK);
    CHECK_STATUS(verigator_config_set_allow_plain_http(config, true), VERIGATOR_OK);
    if (proxy) {
        CHECK_STATUS(verigator_config_set_proxy(config, proxy, NULL, NULL), VERIGATOR_OK);
    } else {
        CHECK_STATUS(verigator_config_set_address(config, "127.0.0.1"), VERIGATOR_OK);
    }
}

static void submit(void) {
    verigator_call *call = NULL;
    CHECK_STATUS(verigator_call_service_get(ctx, "s", &call), VERIGATOR_OK);
    CHECK_STATUS(verigator_call_submit(call, queue, 0), VERIGATOR_OK);
}

/* Takes out the next that ends. */
static void take(void) {
    verigator_call *ended = NULL;
    CHECK_STATUS(verigator_queue_next(queue, -1, &ended), VERIGATOR_OK);
    CHECK_STATUS(verigator_call_status(ended), VERIGATOR_OK);
    CHECK_STATUS(verigator_call_free(ended), VERIGATOR_OK);
}

static int by_return(void) {
    return CODE;
}

static int by_exit(void) {
    exit(CODE);
}

static int by_quick_exit(void) {
    quick_exit(CODE);
}

static int by__exit(void) {
    _exit(CODE);
}

static void free_all(void) {
    if (verigator_queue_free(queue) != VERIGATOR_OK || verigator_ctx_free(ctx) != VERIGATOR_OK) {
        _exit(1);
    }
}

/* As the destructor of something static does. */
static int by_exit_that_frees(void) {
    CHECK(atexit(free_all) == 0);
    return CODE;
}

static sem_t main_ends;

/* Runs when the main thread's own storage is being put away. */
static void say_that_main_ends(void *unused) {
    (void)unused;
    sem_post(&main_ends);
}

static void *exit_once_main_ends(void *unused) {
    (void)unused;
    exit(sem_wait(&main_ends) == 0 ? CODE : 1);
}

static int by_another_thread_after_main(void) {
    pthread_key_t key;
    pthread_t thread;
    CHECK(sem_init(&main_ends, 0, 0) == 0);
    CHECK(pthread_key_create(&key, say_that_main_ends) == 0);
    CHECK(pthread_setspecific(key, &main_ends) == 0);
    CHECK(pthread_create(&thread, NULL, exit_once_main_ends, NULL) == 0);
    pthread_exit(NULL);
}

static void *exit_at_once(void *unused) {
    (void)unused;
    exit(CODE);
}

/* Until then, calls are taken out and submitted. */
static int by_another_thread(void) {
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, exit_at_once, NULL) == 0);
    while (checks_failed == 0) {
        take();
        submit();
    }
    return 1;
}

static const struct {
    const char *name;
    int (*end)(void);
} ways[] = {
    {"return", by_return},
    {"exit", by_exit},
    {"quick_exit", by_quick_exit},
    {"_exit", by__exit},
    {"exit that frees", by_exit_that_frees},
    {"another thread after main", by_another_thread_after_main},
    {"another thread", by_another_thread},
};

/* The way to end, how many calls come out before, the service, and the proxy's URL if there is one.
 */
int main(int argc, char **argv) {
    if (argc < 4) {
        return 2;
    }
    alarm(300); /* A bound for a hang, not a measure. */
    proxy = argc > 4 ? argv[4] : NULL;
    ctx = context_with(argv[3], configure);
    CHECK_STATUS(verigator_queue_new(ctx, &queue), VERIGATOR_OK);
    for (int i = 0; i < CALLS; i++) {
        submit();
    }
    for (int left = atoi(argv[2]); left > 0; left--) {
        take();
    }
    for (size_t i = 0; i < sizeof ways / sizeof *ways && checks_failed == 0; i++) {
        if (strcmp(argv[1], ways[i].name) == 0) {
            return ways[i].end();
        }
    }
    return 1;
}

/*
 * How long a call that waits for its answer takes to return once another thread cancels it:
 *
 *     cancel TIMES
 */

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <verigator.h>

#include "measure.h"
#include "silent.h"

static long long returned_ns;

static void must(verigator_status status) {
    if (status != VERIGATOR_OK) {
        bench_fail(verigator_error_message(verigator_last_error()));
    }
}

static void *run(void *call) {
    verigator_status status = verigator_call_run(call);
    returned_ns = bench_now_ns();
    if (status != VERIGATOR_CANCELLED) {
        bench_fail("the call ended otherwise than by the cancel");
    }
    return NULL;
}

static double cancel_one(const verigator_ctx *ctx, int listener) {
    verigator_call *call = NULL;
    pthread_t thread;
    must(verigator_call_auth_check_token(ctx, BENCH_SERVICE_ID, BENCH_USER_ID, BENCH_TOKEN, &call));
    if (pthread_create(&thread, NULL, run, call) != 0) {
        bench_fail("a thread could not be made");
    }
    int peer = silent_accept(listener);
    long long cancelled_ns = bench_now_ns();
    must(verigator_call_cancel(call));
    pthread_join(thread, NULL);
    close(peer);
    verigator_call_free(call);
    return (double)(returned_ns - cancelled_ns) / 1e3;
}

static int compare(const void *left, const void *right) {
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

int main(int argc, char **argv) {
    int times = argc != 2 ? 0 : atoi(argv[1]);
    if (times < 1) {
        fprintf(stderr, "usage: %s TIMES\n", argv[0]);
        return 2;
    }
    char url[64];
    int listener = silent_listen(url);
    verigator_config *config = NULL;
    verigator_ctx *ctx = NULL;
    must(verigator_config_new(BENCH_USERNAME, BENCH_PASSWORD, &config));
    must(verigator_config_set_base_url(config, url));
    must(verigator_ctx_new(config, &ctx));
    double *took = calloc((size_t)times, sizeof *took);
    for (int i = 0; i < times; i++) {
        took[i] = cancel_one(ctx, listener);
    }
    qsort(took, (size_t)times, sizeof *took, compare);
    printf("{\"calls\": %d, \"p50_us\": %.3f, \"p99_us\": %.3f}\n", times, took[times / 2],
           took[times * 99 / 100]);
    free(took);
    return 0;
}

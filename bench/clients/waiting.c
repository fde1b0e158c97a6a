/*
 * How much memory calls take that wait in a queue for a connection:
 *
 *     waiting CALLS
 */

#define _GNU_SOURCE

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <verigator.h>

#include "measure.h"
#include "silent.h"

static void must(verigator_status status) {
    if (status != VERIGATOR_OK) {
        bench_fail(verigator_error_message(verigator_last_error()));
    }
}

static long long heap_in_use(void) {
    struct mallinfo2 heap = mallinfo2();
    return (long long)(heap.uordblks + heap.hblkhd);
}

static void submit(const verigator_ctx *ctx, verigator_queue *queue) {
    verigator_call *call = NULL;
    must(verigator_call_auth_check_token(ctx, BENCH_SERVICE_ID, BENCH_USER_ID, BENCH_TOKEN, &call));
    must(verigator_call_submit(call, queue, 0));
}

int main(int argc, char **argv) {
    int calls = argc != 2 ? 0 : atoi(argv[1]);
    if (calls < 1) {
        fprintf(stderr, "usage: %s CALLS\n", argv[0]);
        return 2;
    }
    char url[64];
    int listener = silent_listen(url);
    verigator_config *config = NULL;
    verigator_ctx *ctx = NULL;
    verigator_queue *queue = NULL;
    must(verigator_config_new(BENCH_USERNAME, BENCH_PASSWORD, &config));
    must(verigator_config_set_base_url(config, url));
    must(verigator_config_set_max_connections(config, 1));
    must(verigator_ctx_new(config, &ctx));
    must(verigator_queue_new(ctx, &queue));
    /* The one that has the connection. */
    submit(ctx, queue);
    int peer = silent_accept(listener);
    long long before = heap_in_use();
    for (int i = 0; i < calls; i++) {
        submit(ctx, queue);
    }
    printf("{\"calls\": %d, \"bytes\": %lld}\n", calls, heap_in_use() - before);
    verigator_queue_free(queue);
    close(peer);
    return 0;
}

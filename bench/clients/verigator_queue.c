/* This library from C, many calls on one thread: one queue, whose descriptor poll waits for. */

#include <poll.h>
#include <stdlib.h>
#include <verigator.h>

#include "measure.h"

typedef struct loop {
    verigator_ctx *ctx;
    verigator_queue *queue;
    struct pollfd watched;
    /* When the call with this tag was begun. */
    long long *begun_ns;
} loop;

static void must(verigator_status status) {
    if (status != VERIGATOR_OK) {
        bench_fail(verigator_error_message(verigator_last_error()));
    }
}

static void *open_loop(const bench_options *options, void *shared) {
    (void)shared;
    verigator_config *config = NULL;
    loop *self = calloc(1, sizeof *self);
    long long *begun_ns = calloc((size_t)options->in_flight, sizeof *begun_ns);
    if (self == NULL || begun_ns == NULL) {
        bench_fail("no memory");
    }
    self->begun_ns = begun_ns;
    must(verigator_config_new(BENCH_USERNAME, BENCH_PASSWORD, &config));
    must(verigator_config_set_base_url(config, options->url));
    must(verigator_config_set_max_connections(config, (size_t)options->in_flight));
    if (options->ca != NULL) {
        must(verigator_config_set_ca_file(config, options->ca));
    }
    must(verigator_ctx_new(config, &self->ctx));
    verigator_config_free(config);
    must(verigator_queue_new(self->ctx, &self->queue));
    self->watched.events = POLLIN;
    must(verigator_queue_fd(self->queue, &self->watched.fd));
    return self;
}

static void begin(loop *self, uint64_t tag) {
    verigator_call *call = NULL;
    must(verigator_call_auth_check_token(self->ctx, BENCH_SERVICE_ID, BENCH_USER_ID, BENCH_TOKEN,
                                         &call));
    self->begun_ns[tag] = bench_now_ns();
    must(verigator_call_submit(call, self->queue, tag));
}

static void check(verigator_call *ended) {
    if (verigator_call_status(ended) != VERIGATOR_OK) {
        bench_fail(verigator_error_message(verigator_call_error(ended)));
    }
    verigator_verification *answer = verigator_call_verification(ended);
    if (verigator_verification_verified(answer) != 1) {
        bench_fail("a call was not answered with yes");
    }
    verigator_verification_free(answer);
}

static void make_calls(void *state, const bench_options *options, bench_times *times, long count) {
    loop *self = state;
    long begun = 0;
    long ended = 0;
    for (; begun < options->in_flight && begun < count; begun++) {
        begin(self, (uint64_t)begun);
    }
    while (ended < count) {
        poll(&self->watched, 1, -1);
        verigator_call *call = NULL;
        for (; verigator_queue_next(self->queue, 0, &call) == VERIGATOR_OK; ended++) {
            uint64_t tag = verigator_call_tag(call);
            check(call);
            verigator_call_free(call);
            bench_ended(times, self->begun_ns[tag]);
            if (begun < count) {
                begin(self, tag);
                begun++;
            }
        }
    }
}

int main(int argc, char **argv) {
    bench_options options = bench_parse(argc, argv);
    return bench_run(&options, &(bench_client){.open_thread = open_loop, .calls = make_calls});
}

/* What a careful C programmer writes: an easy handle for each thread, reused, and cJSON. */

#include <stdlib.h>

#include "curl_request.h"

static void *open_all(const bench_options *options) {
    (void)options;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        bench_fail("libcurl cannot be initialised");
    }
    return NULL;
}

static void *open_thread(const bench_options *options, void *shared) {
    (void)shared;
    curl_request *self = calloc(1, sizeof *self);
    if (self == NULL) {
        bench_fail("no memory");
    }
    curl_request_open(self, options);
    return self;
}

static bool call(void *state) {
    curl_request *self = state;
    curl_request_begin(self, BENCH_SERVICE_ID, BENCH_USER_ID, BENCH_TOKEN);
    return curl_request_end(self, curl_easy_perform(self->curl));
}

int main(int argc, char **argv) {
    bench_options options = bench_parse(argc, argv);
    return bench_run(&options,
                     &(bench_client){.open = open_all, .open_thread = open_thread, .call = call});
}

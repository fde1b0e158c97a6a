/* A bare hyper connection for each thread; see ../hyper. */

#include <stddef.h>
#include <string.h>

#include "measure.h"

typedef struct lane lane;

lane *bench_hyper_new(const char *address, const char *service_auth);
bool bench_hyper_verify(lane *lane, const char *service_id, const char *user_id, const char *token);

static void *open_thread(const bench_options *options, void *shared) {
    (void)shared;
    static const char scheme[] = "http://";
    if (strncmp(options->url, scheme, strlen(scheme)) != 0 || options->proxy != NULL ||
        options->connections != BENCH_KEPT) {
        bench_fail("hyper is measured over plain connections that are kept");
    }
    lane *made = bench_hyper_new(options->url + strlen(scheme), BENCH_USERNAME ":" BENCH_PASSWORD);
    if (made == NULL) {
        bench_fail("hyper cannot connect");
    }
    return made;
}

static bool call(void *own) {
    return bench_hyper_verify(own, BENCH_SERVICE_ID, BENCH_USER_ID, BENCH_TOKEN);
}

int main(int argc, char **argv) {
    static const bench_client client = {.open_thread = open_thread, .call = call};
    bench_options options = bench_parse(argc, argv);
    return bench_run(&options, &client);
}

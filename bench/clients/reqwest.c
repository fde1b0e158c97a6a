/* reqwest::blocking behind a C API; see ../reqwest. */

#include <stddef.h>

#include "measure.h"

typedef struct verifier verifier;

verifier *bench_reqwest_new(const char *base_url, const char *service_auth, const char *ca_file,
                            const char *proxy, bool keep_alive);
bool bench_reqwest_verify(const verifier *verifier, const char *service_id, const char *user_id,
                          const char *token);
void bench_reqwest_free(verifier *verifier);

static void *open_all(const bench_options *options) {
    bool keep_alive = options->connections == BENCH_KEPT;
    verifier *made = bench_reqwest_new(options->url, BENCH_USERNAME ":" BENCH_PASSWORD, options->ca,
                                       options->proxy, keep_alive);
    if (made == NULL) {
        bench_fail("reqwest cannot make a client");
    }
    return made;
}

static bool call(void *shared) {
    return bench_reqwest_verify(shared, BENCH_SERVICE_ID, BENCH_USER_ID, BENCH_TOKEN);
}

/* Sessions are a client's, so that a new one resumes none. */
static void *only_options(const bench_options *options) {
    return (void *)options;
}

static bool call_fresh(void *options) {
    verifier *own = open_all(options);
    bool verified = call(own);
    bench_reqwest_free(own);
    return verified;
}

int main(int argc, char **argv) {
    static const bench_client kept = {.open = open_all, .call = call};
    static const bench_client fresh = {.open = only_options, .call = call_fresh};
    bench_options options = bench_parse(argc, argv);
    return bench_run(&options, options.connections == BENCH_FRESH ? &fresh : &kept);
}

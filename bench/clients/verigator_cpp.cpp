// This library from C++: one context, which all threads share.

#include <cstddef>
#include <verigator.hpp>

#include "measure.h"

namespace {

void *open(const bench_options *options) {
    verigator::config config(BENCH_USERNAME, BENCH_PASSWORD);
    config.set_base_url(options->url);
    config.set_max_idle_connections(options->threads);
    if (options->ca != nullptr) {
        config.set_ca_file(options->ca);
    }
    if (options->proxy != nullptr) {
        config.set_proxy(options->proxy);
    }
    return new verigator::context(config);
}

bool call(void *shared) {
    auto *context = static_cast<verigator::context *>(shared);
    return context->verify(BENCH_SERVICE_ID, BENCH_USER_ID, BENCH_TOKEN).verified();
}

} // namespace

int main(int argc, char **argv) {
    bench_options options = bench_parse(argc, argv);
    bench_client client{};
    client.open = open;
    client.call = call;
    try {
        return bench_run(&options, &client);
    } catch (const verigator::error &error) {
        bench_fail(error.what());
    }
}

/*
 * What a second context over HTTPS costs in a process that has made one before: configuration,
 * context and first call, with the authorities of the system. The call is refused by a port where
 * nobody listens, so that no handshake is counted.
 */

#define _POSIX_C_SOURCE 200809L

#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <verigator.h>

#include "measure.h"

static double now_us(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

/* A port that is taken, but not listened on. */
static int refusing_port(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    int taken = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(taken, (struct sockaddr *)&address, length) != 0 ||
        getsockname(taken, (struct sockaddr *)&address, &length) != 0) {
        bench_fail("no port");
    }
    return ntohs(address.sin_port);
}

/* The context is kept, as a program would. */
static double use_new_context(const char *url) {
    verigator_config *config = NULL;
    verigator_ctx *ctx = NULL;
    int32_t verified = 0;
    double start = now_us();
    if (verigator_config_new(BENCH_USERNAME, BENCH_PASSWORD, &config) != VERIGATOR_OK ||
        verigator_config_set_base_url(config, url) != VERIGATOR_OK ||
        verigator_config_set_max_retries(config, 0) != VERIGATOR_OK ||
        verigator_ctx_new(config, &ctx) != VERIGATOR_OK ||
        verigator_auth_verify(ctx, BENCH_SERVICE_ID, BENCH_USER_ID, BENCH_TOKEN, &verified) !=
            VERIGATOR_CONNECT) {
        bench_fail("the connection was not refused");
    }
    double took = now_us() - start;
    verigator_config_free(config);
    return took;
}

int main(void) {
    char url[64];
    snprintf(url, sizeof url, "https://127.0.0.1:%d", refusing_port());
    double first = use_new_context(url);
    double second = use_new_context(url);
    printf("{\"calls\": 1, \"first_us\": %.1f, \"second_us\": %.1f}\n", first, second);
    return 0;
}

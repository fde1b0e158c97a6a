/* Each status that arises on this side, and how it comes about; VERIGATOR_PANIC is in
 * src/ffi/panics.rs. */
#define _GNU_SOURCE

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"
#include "http.h"

static const char *base_url;

static void chaos(const char *rules) {
    CHECK(http_request(base_url, "PUT", "/_/chaos", rules, NULL, 0));
}

/* A verification that must end with `expected`, and is never a yes. */
static void verify(const verigator_ctx *ctx, verigator_status expected, bool maybe_sent) {
    int32_t verified = 1;
    CHECK_STATUS(verigator_auth_verify(ctx, "s", "u", "123456", &verified), expected);
    CHECK(!verified);
    verigator_error *error = verigator_last_error();
    CHECK(verigator_error_status(error) == expected);
    CHECK(verigator_error_maybe_sent(error) == maybe_sent);
    CHECK(verigator_error_retry_safe(error) == !maybe_sent);
    CHECK(strlen(verigator_error_message(error)) > 20);
    CHECK(verigator_error_http_status(error) == 0);
    verigator_error_free(error);
}

static void usage(const verigator_ctx *ctx) {
    int32_t verified = 0;
    CHECK_STATUS(verigator_service_get(ctx, NULL, NULL), VERIGATOR_INVALID_ARGUMENT);
    CHECK_STATUS(verigator_service_get(ctx, "..", NULL), VERIGATOR_INVALID_ARGUMENT);
    CHECK_STATUS(verigator_service_get(ctx, "\xff", NULL), VERIGATOR_INVALID_ARGUMENT);
    CHECK_STATUS(verigator_auth_initiate(ctx, "s", "u", 0, NULL), VERIGATOR_INVALID_ARGUMENT);
    CHECK_STATUS(verigator_auth_initiate(ctx, "s", "u", 3, NULL), VERIGATOR_INVALID_ARGUMENT);
    CHECK_STATUS(verigator_auth_verify(ctx, "s", "u", "", &verified), VERIGATOR_INVALID_ARGUMENT);
    CHECK_STATUS(verigator_auth_verify(ctx, "s", "u", NULL, &verified), VERIGATOR_INVALID_ARGUMENT);
    /* An answer that nobody reads would look like a yes. */
    CHECK_STATUS(verigator_auth_verify(ctx, "s", "u", "123456", NULL), VERIGATOR_INVALID_ARGUMENT);
    CHECK_STATUS(verigator_auth_check_token(ctx, "s", "u", "123456", NULL),
                 VERIGATOR_INVALID_ARGUMENT);
    /* A challenge that is missing is not the weaker check. */
    verigator_verification *verification = NULL;
    CHECK_STATUS(verigator_auth_check(ctx, "s", "u", NULL, "123456", &verification),
                 VERIGATOR_INVALID_HANDLE);
    CHECK(!verification);
    CHECK_STATUS(verigator_service_get(NULL, "s", NULL), VERIGATOR_INVALID_HANDLE);
    CHECK(!verified);

    verigator_config *config = NULL;
    CHECK_STATUS(verigator_config_new("a:b", "c", &config), VERIGATOR_INVALID_CONFIG);
    CHECK(config == NULL);
    CHECK_STATUS(verigator_config_new("demo", "demo-password", &config), VERIGATOR_OK);
    CHECK_STATUS(verigator_config_set_base_url(config, "http://192.0.2.1"), VERIGATOR_OK);
    verigator_ctx *none = NULL;
    CHECK_STATUS(verigator_ctx_new(config, &none), VERIGATOR_INVALID_CONFIG);
    CHECK(none == NULL);
    verigator_config_free(config);
}

/* A label is at most 63 bytes long (RFC 1035 section 2.3.4), so nobody needs to be asked. */
static void to_a_name_that_cannot_be(verigator_config *config) {
    char url[128];
    snprintf(url, sizeof url, "http://%064d.invalid", 0);
    CHECK_STATUS(verigator_config_set_allow_plain_http(config, true), VERIGATOR_OK);
    CHECK_STATUS(verigator_config_set_base_url(config, url), VERIGATOR_OK);
}

/* A port that nobody listens on: bound, so that nobody else takes it, but not listened to. */
static int closed_port;

static void to_a_closed_port(verigator_config *config) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    char url[64];
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    closed_port = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(bind(closed_port, (struct sockaddr *)&address, sizeof address) == 0);
    CHECK(getsockname(closed_port, (struct sockaddr *)&address, &length) == 0);
    snprintf(url, sizeof url, "http://127.0.0.1:%d", ntohs(address.sin_port));
    CHECK_STATUS(verigator_config_set_base_url(config, url), VERIGATOR_OK);
}

static void with_tls_to_a_server_without(verigator_config *config) {
    char url[64];
    snprintf(url, sizeof url, "https%s", strchr(base_url, ':'));
    CHECK_STATUS(verigator_config_set_base_url(config, url), VERIGATOR_OK);
}

static void with_a_short_deadline(verigator_config *config) {
    CHECK_STATUS(verigator_config_set_timeout_ms(config, 50), VERIGATOR_OK);
}

static void with_little_room(verigator_config *config) {
    CHECK_STATUS(verigator_config_set_max_response_bytes(config, 4), VERIGATOR_OK);
}

static void network(void) {
    static const struct {
        void (*change)(verigator_config *);
        const char *chaos;
        verigator_status expected;
        bool maybe_sent;
    } rows[] = {
        {to_a_name_that_cannot_be, "[]", VERIGATOR_DNS, false},
        {to_a_closed_port, "[]", VERIGATOR_CONNECT, false},
        {with_tls_to_a_server_without, "[]", VERIGATOR_TLS, false},
        {NULL, "[{\"operation\":\"verify-pin\",\"drop\":true}]", VERIGATOR_DISCONNECTED, true},
        {NULL, "[{\"operation\":\"verify-pin\",\"drop-after\":true}]", VERIGATOR_DISCONNECTED,
         true},
        {NULL, "[{\"operation\":\"verify-pin\",\"truncate\":true}]", VERIGATOR_DISCONNECTED, true},
        {NULL, "[{\"operation\":\"verify-pin\",\"status\":200,\"body\":\"{\\\"verified\\\":1}\"}]",
         VERIGATOR_PROTOCOL, true},
        {with_a_short_deadline, "[{\"operation\":\"verify-pin\",\"delay\":60000}]",
         VERIGATOR_TIMEOUT, true},
        {with_little_room,
         "[{\"operation\":\"verify-pin\",\"status\":200,\"body\":\"{\\\"verified\\\":true}\"}]",
         VERIGATOR_TOO_LARGE, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        chaos(rows[i].chaos);
        verigator_ctx *ctx = context_with(base_url, rows[i].change);
        verify(ctx, rows[i].expected, rows[i].maybe_sent);
        verigator_ctx_free(ctx);
    }
    close(closed_port);
}

static void *wait_for_an_answer(void *ctx) {
    verify(ctx, VERIGATOR_CANCELLED, true);
    return NULL;
}

/* How many requests are under way at the server, by its own count of what it began. */
static void wait_until_the_server_was_asked(const char *before) {
    char now[65536];
    do {
        CHECK(http_request(base_url, "GET", "/_/chaos", NULL, now, sizeof now));
    } while (strcmp(now, before) == 0);
}

static void closing(void) {
    char before[65536];
    pthread_t waiting;
    chaos("[{\"operation\":\"verify-pin\",\"delay\":60000,\"times\":1}]");
    CHECK(http_request(base_url, "GET", "/_/chaos", NULL, before, sizeof before));
    verigator_ctx *ctx = context(base_url);
    CHECK(pthread_create(&waiting, NULL, wait_for_an_answer, ctx) == 0);
    wait_until_the_server_was_asked(before);
    CHECK_STATUS(verigator_ctx_close(ctx), VERIGATOR_OK);
    CHECK(pthread_join(waiting, NULL) == 0);
    verify(ctx, VERIGATOR_CLOSED, false);
    CHECK_STATUS(verigator_ctx_close(ctx), VERIGATOR_OK);
    CHECK_STATUS(verigator_ctx_free(ctx), VERIGATOR_OK);
}

/* Without a free descriptor no connection can be made; with one again, it can. */
static void out_of_descriptors(void) {
    struct rlimit before, none;
    verigator_ctx *ctx = context(base_url);
    CHECK(getrlimit(RLIMIT_NOFILE, &before) == 0);
    none = before;
    int next = open("/dev/null", O_RDONLY | O_CLOEXEC);
    none.rlim_cur = (rlim_t)next;
    close(next);
    CHECK(setrlimit(RLIMIT_NOFILE, &none) == 0);
    verify(ctx, VERIGATOR_SYSTEM, false);
    CHECK(setrlimit(RLIMIT_NOFILE, &before) == 0);
    CHECK_STATUS(verigator_service_get(ctx, "nobody", NULL), VERIGATOR_NOT_FOUND);
    verigator_ctx_free(ctx);
}

int main(int argc, char **argv) {
    if (argc < 2) {
        return 2;
    }
    base_url = argv[1];
    verigator_ctx *ctx = context(base_url);
    chaos("[]");
    usage(ctx);
    network();
    chaos("[]");
    closing();
    chaos("[]");
    out_of_descriptors();
    verigator_ctx_free(ctx);
    return finish();
}

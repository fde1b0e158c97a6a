/* Every option: what it takes, what it refuses, and that what was refused is not passed over. */
#define _POSIX_C_SOURCE 200809L

#include "check.h"

static verigator_config *config;

static void refused(verigator_status status) {
    CHECK(status == VERIGATOR_INVALID_CONFIG || status == VERIGATOR_INVALID_ARGUMENT);
}

static void taken(verigator_status status) {
    CHECK_STATUS(status, VERIGATOR_OK);
}

static void credentials(void) {
    verigator_config *none = NULL;
    refused(verigator_config_new(NULL, "p", &none));
    refused(verigator_config_new("u", NULL, &none));
    refused(verigator_config_new("u", "p", NULL));
    refused(verigator_config_new("", "p", &none));
    refused(verigator_config_new("u:v", "p", &none));
    refused(verigator_config_new("u\r\nX: y", "p", &none));
    refused(verigator_config_new("\xc3\xbc", "p", &none));
    refused(verigator_config_new("\xff", "p", &none));
    CHECK(none == NULL);
}

static int lines;

static void log_line(void *user_data, verigator_log_level level, const char *message) {
    CHECK(user_data == &lines);
    CHECK(level >= VERIGATOR_LOG_ERROR && level <= VERIGATOR_LOG_DEBUG);
    CHECK(!strstr(message, "demo-password") && !strstr(message, "918273"));
    lines++;
}

static void options(void) {
    taken(verigator_config_set_base_url(config, "https://verigator.example/path/"));
    refused(verigator_config_set_base_url(config, "verigator.example"));
    refused(verigator_config_set_base_url(config, "https://user:password@verigator.example"));
    refused(verigator_config_set_base_url(config, NULL));
    taken(verigator_config_set_address(config, "::1"));
    refused(verigator_config_set_address(config, "verigator.example"));
    taken(verigator_config_set_connect_timeout_ms(config, 1));
    refused(verigator_config_set_connect_timeout_ms(config, 0));
    taken(verigator_config_set_timeout_ms(config, 3600000));
    refused(verigator_config_set_timeout_ms(config, 3600001));
    taken(verigator_config_set_max_retries(config, 10));
    refused(verigator_config_set_max_retries(config, 11));
    taken(verigator_config_set_max_retry_wait_ms(config, 1));
    refused(verigator_config_set_max_retry_wait_ms(config, 0));
    taken(verigator_config_set_proxy(config, "http://proxy.example:3128", NULL, NULL));
    taken(verigator_config_set_proxy(config, "http://proxy.example:3128", "u", "p"));
    refused(verigator_config_set_proxy(config, "http://proxy.example:3128", "u", NULL));
    taken(verigator_config_set_proxy(config, "socks5://proxy.example", NULL, NULL));
    taken(verigator_config_set_proxy(config, "socks5h://proxy.example:1080", "u", "p"));
    refused(verigator_config_set_proxy(config, "socks4://proxy.example", NULL, NULL));
    refused(verigator_config_set_ca_file(config, "/nonexistent"));
    refused(verigator_config_set_ca_file(config, "/dev/null"));
    refused(verigator_config_set_ca_pem(config, "not PEM", 7));
    refused(verigator_config_set_ca_pem(config, NULL, 7));
    refused(verigator_config_set_client_certificate_file(config, "/nonexistent", "/nonexistent"));
    refused(verigator_config_set_client_certificate_pem(config, "", 0, "", 0));
    taken(verigator_config_add_pinned_key(config,
                                          "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="));
    refused(verigator_config_add_pinned_key(config, "sha256//AAAA"));
    taken(verigator_config_set_min_tls_version(config, VERIGATOR_TLS_1_3));
    refused(verigator_config_set_min_tls_version(config, 11));
    taken(verigator_config_set_user_agent(config, "my-binding/1.0 libverigator/1.0.0"));
    refused(verigator_config_set_user_agent(config, ""));
    taken(verigator_config_set_user_agent_prefix(config, "my-library/1.0"));
    refused(verigator_config_set_user_agent_prefix(config, "a\nb"));
    taken(verigator_config_set_user_agent_suffix(config, "my-vpn/2.1"));
    refused(verigator_config_set_user_agent_suffix(config, ""));
    taken(verigator_config_set_max_idle_connections(config, 0));
    refused(verigator_config_set_max_idle_connections(config, 1025));
    taken(verigator_config_set_idle_timeout_ms(config, 1000));
    refused(verigator_config_set_idle_timeout_ms(config, 0));
    taken(verigator_config_set_max_response_bytes(config, 1));
    refused(verigator_config_set_max_response_bytes(config, 0));
    taken(verigator_config_set_allow_plain_http(config, 1));
}

/* Whether a context is made, or refused with a message that begins with the option's name. */
static bool is_made(const verigator_config *of, const char *refused_option) {
    verigator_ctx *ctx = NULL;
    verigator_status status = verigator_ctx_new(of, &ctx);
    if (status == VERIGATOR_OK) {
        CHECK_STATUS(verigator_ctx_free(ctx), VERIGATOR_OK);
        return true;
    }
    refused(status);
    verigator_error *error = verigator_last_error();
    CHECK(refused_option &&
          strstr(verigator_error_message(error), refused_option) == verigator_error_message(error));
    verigator_error_free(error);
    return false;
}

/* After `refusal` no context is made until the option is set well by `mend`. */
#define STICKS(option, refusal, mend)                                                              \
    do {                                                                                           \
        verigator_config *one = NULL;                                                              \
        taken(verigator_config_new("u", "p", &one));                                               \
        refused(refusal);                                                                          \
        CHECK(!is_made(one, option));                                                              \
        /* Another option does not mend it. */                                                     \
        taken(verigator_config_set_timeout_ms(one, 1000));                                         \
        CHECK(!is_made(one, option));                                                              \
        taken(mend);                                                                               \
        CHECK(is_made(one, NULL));                                                                 \
        taken(verigator_config_free(one));                                                         \
    } while (0)

/* Its default would be weaker than what was asked for. */
static void refusals_stick(void) {
    const char *pin = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    const char *url = "https://verigator.example";
    STICKS("pinned_key", verigator_config_add_pinned_key(one, "sha256//mistyped"),
           verigator_config_add_pinned_key(one, pin));
    STICKS("pinned_key", verigator_config_add_pinned_key(one, NULL),
           verigator_config_add_pinned_key(one, pin));
    STICKS("min_tls_version", verigator_config_set_min_tls_version(one, 11),
           verigator_config_set_min_tls_version(one, VERIGATOR_TLS_1_3));
    STICKS("base_url", verigator_config_set_base_url(one, "verigator.example"),
           verigator_config_set_base_url(one, url));
    STICKS("allow_plain_http", verigator_config_set_allow_plain_http(one, 256),
           verigator_config_set_allow_plain_http(one, 0));
    STICKS("address", verigator_config_set_address(one, "\xff"),
           verigator_config_set_address(one, "::1"));
    STICKS("proxy", verigator_config_set_proxy(one, url, "username", NULL),
           verigator_config_set_proxy(one, url, "username", "password"));
    STICKS("proxy", verigator_config_set_proxy(one, "", NULL, NULL),
           verigator_config_unset_proxy(one));
    STICKS("log", verigator_config_set_log(one, 0, log_line, &lines, NULL),
           verigator_config_set_log(one, VERIGATOR_LOG_INFO, log_line, &lines, NULL));

    /* The first one is named; a file is one that is there. */
    verigator_config *one = NULL;
    taken(verigator_config_new("u", "p", &one));
    CHECK_STATUS(verigator_config_set_ca_file(one, "/nonexistent/\xff"), VERIGATOR_INVALID_CONFIG);
    refused(verigator_config_set_client_certificate_file(one, "/nonexistent", "/nonexistent"));
    CHECK(!is_made(one, "ca "));
    taken(verigator_config_free(one));
}

static int ends;

/* Comes after the last line, once. */
static void count_end(void *user_data) {
    CHECK(user_data == &lines);
    ends++;
}

/* Of what was refused, the caller keeps everything. */
static void never(void *user_data) {
    CHECK(user_data == NULL && "it was refused");
}

static void log_lines(const char *base_url) {
    verigator_config *logging = NULL;
    verigator_ctx *ctx = NULL;
    int32_t verified = 0;
    taken(verigator_config_new("demo", "demo-password", &logging));
    taken(verigator_config_set_base_url(logging, base_url));
    refused(verigator_config_set_log(logging, VERIGATOR_LOG_INFO, NULL, &lines, never));
    refused(verigator_config_set_log(logging, 0, log_line, &lines, never));
    taken(verigator_config_set_log(logging, VERIGATOR_LOG_DEBUG, log_line, &lines, count_end));
    taken(verigator_ctx_new(logging, &ctx));
    taken(verigator_config_free(logging));
    CHECK(ends == 0);
    CHECK_STATUS(verigator_auth_verify(ctx, "s", "u", "918273", &verified), VERIGATOR_NOT_FOUND);
    CHECK(lines > 0 && ends == 0);
    verigator_ctx_free(ctx);
    CHECK(ends == 1);
}

/* No context is made, for the variable that the error names. */
static void names_variable(verigator_config *from_env, const char *name) {
    verigator_ctx *ctx = NULL;
    CHECK_STATUS(verigator_ctx_new(from_env, &ctx), VERIGATOR_INVALID_CONFIG);
    verigator_error *error = verigator_last_error();
    const char *message = verigator_error_message(error);
    CHECK(strstr(message, name) && !strstr(message, "proxy-password"));
    verigator_error_free(error);
}

static void environment(const char *base_url) {
    verigator_config *from_env = NULL;
    verigator_ctx *ctx = NULL;
    unsetenv("VERIGATOR_USERNAME");
    CHECK_STATUS(verigator_config_from_env(&from_env), VERIGATOR_INVALID_CONFIG);
    verigator_error *error = verigator_last_error();
    CHECK(strstr(verigator_error_message(error), "VERIGATOR_USERNAME"));
    verigator_error_free(error);
    CHECK(from_env == NULL);

    setenv("VERIGATOR_USERNAME", "demo", 1);
    setenv("VERIGATOR_PASSWORD", "demo-password", 1);
    setenv("VERIGATOR_BASE_URL", base_url, 1);
    taken(verigator_config_from_env(&from_env));
    taken(verigator_ctx_new(from_env, &ctx));
    CHECK_STATUS(verigator_service_get(ctx, "nobody", NULL), VERIGATOR_NOT_FOUND);
    verigator_ctx_free(ctx);
    verigator_config_free(from_env);

    /* The caller who asks for the environment gets its proxy, and the others do not. */
    setenv("http_proxy", "127.0.0.1:1", 1);
    setenv("HTTP_PROXY", "http://127.0.0.1:1", 1);
    setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
    setenv("SSL_CERT_FILE", "/nonexistent", 1);
    taken(verigator_config_from_env(&from_env));
    taken(verigator_config_set_max_retries(from_env, 0));
    taken(verigator_ctx_new(from_env, &ctx));
    CHECK_STATUS(verigator_service_get(ctx, "nobody", NULL), VERIGATOR_PROXY);
    verigator_ctx_free(ctx);
    verigator_config_free(from_env);
    ctx = context(base_url);
    CHECK_STATUS(verigator_service_get(ctx, "nobody", NULL), VERIGATOR_NOT_FOUND);
    verigator_ctx_free(ctx);

    taken(verigator_config_from_env(&from_env));
    taken(verigator_config_unset_proxy(from_env));
    taken(verigator_ctx_new(from_env, &ctx));
    CHECK_STATUS(verigator_service_get(ctx, "nobody", NULL), VERIGATOR_NOT_FOUND);
    verigator_ctx_free(ctx);
    verigator_config_free(from_env);

    setenv("NO_PROXY", "127.0.0.1", 1);
    taken(verigator_config_from_env(&from_env));
    taken(verigator_ctx_new(from_env, &ctx));
    CHECK_STATUS(verigator_service_get(ctx, "nobody", NULL), VERIGATOR_NOT_FOUND);
    verigator_ctx_free(ctx);
    verigator_config_free(from_env);

    /* What the base URL does not need is not judged, what it needs is. */
    setenv("http_proxy", "gopher://proxy-user:proxy-password@proxy.example", 1);
    setenv("ALL_PROXY", "socks4://127.0.0.1:1", 1);
    setenv("HTTPS_PROXY", "http://:", 1);
    taken(verigator_config_from_env(&from_env));
    taken(verigator_ctx_new(from_env, &ctx));
    verigator_ctx_free(ctx);
    unsetenv("NO_PROXY");
    verigator_config_free(from_env);
    taken(verigator_config_from_env(&from_env));
    names_variable(from_env, "http_proxy");
    taken(verigator_config_set_base_url(from_env, "https://verigator.example"));
    names_variable(from_env, "HTTPS_PROXY");
    verigator_config_free(from_env);
    unsetenv("http_proxy");
    taken(verigator_config_from_env(&from_env));
    names_variable(from_env, "ALL_PROXY");
    verigator_config_free(from_env);
}

int main(int argc, char **argv) {
    if (argc < 2) {
        return 2;
    }
    credentials();
    taken(verigator_config_new("demo", "demo-password", &config));
    options();
    taken(verigator_config_free(config));
    refusals_stick();
    log_lines(argv[1]);
    environment(argv[1]);
    char version[32];
    snprintf(version, sizeof version, "%d.%d.%d", VERIGATOR_VERSION_MAJOR, VERIGATOR_VERSION_MINOR,
             VERIGATOR_VERSION_PATCH);
    CHECK(strcmp(verigator_version(), version) == 0);
    CHECK(strcmp(verigator_status_name(VERIGATOR_NOT_FOUND), "NOT_FOUND") == 0);
    return finish();
}

/* A program with two libraries in Rust, both static, which uses each before and after the other.
 * Argument: BASE_URL. */
#include <stdint.h>
#include <stdio.h>

#include <verigator.h>

int32_t other_number(void);

static const char *read_service(const char *base_url) {
    verigator_config *config = NULL;
    verigator_ctx *ctx = NULL;
    verigator_status status = verigator_config_new("demo", "demo-password", &config);
    if (!status)
        status = verigator_config_set_base_url(config, base_url);
    if (!status)
        status = verigator_ctx_new(config, &ctx);
    if (!status)
        status = verigator_service_get(ctx, "s1", NULL);
    verigator_ctx_free(ctx);
    verigator_config_free(config);
    return verigator_status_name(status);
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: %s BASE_URL\n", argv[0]);
        return 2;
    }
    const char *first = read_service(argv[1]);
    int number = (int)other_number();
    printf("%s, the other says %d, %s\n", first, number, read_service(argv[1]));
    return 0;
}

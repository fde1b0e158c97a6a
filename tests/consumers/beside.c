/* A program with two libraries in Rust, both static. */
#include <stdint.h>
#include <stdio.h>

#include <verigator.h>

int32_t other_number(void);

int main(void) {
    verigator_config *config = NULL;
    verigator_status status = verigator_config_new("demo", "demo-password", &config);
    printf("%s, the other says %d\n", verigator_status_name(status), (int)other_number());
    return verigator_config_free(config) == VERIGATOR_OK ? 0 : 1;
}

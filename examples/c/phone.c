#include "phone.h"

#include <stdio.h>
#include <time.h>

#include "http.h"
#include "totp.h"

static uint64_t step_now(void) {
    return (uint64_t)time(NULL) / 30;
}

bool phone_read_pin(const char *base_url, const char *user_id, char pin[7]) {
    char path[256], messages[65536];
    snprintf(path, sizeof path, "/_/outbox?user_id=%s", user_id);
    return http_request(base_url, "GET", path, NULL, messages, sizeof messages) &&
           json_text(messages, "pin", pin, 7);
}

bool phone_enrol(const char *base_url, const char *service_id, const char *user_id,
                 char secret[65]) {
    char path[256], reply[65536], code[7], confirmation[32];
    snprintf(path, sizeof path, "/_/services/%s/users/%s/totp", service_id, user_id);
    if (!http_request(base_url, "POST", path, NULL, reply, sizeof reply) ||
        !json_text(reply, "secret", secret, 65) || !totp_code(secret, step_now(), code)) {
        return false;
    }
    snprintf(confirmation, sizeof confirmation, "{\"code\":\"%s\"}", code);
    return http_request(base_url, "PUT", path, confirmation, NULL, 0);
}

bool phone_next_code(const char *secret, char code[7]) {
    return totp_code(secret, step_now() + 1, code);
}

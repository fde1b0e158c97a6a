/* A two-factor login from end to end, against verigator-server on this machine.
 *
 * What a program does to log a user in is in main(); everything else prints, or plays the user.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <verigator.h>

#include "phone.h"

static void explain_and_exit(const char *what) {
    verigator_error *error = verigator_last_error();
    fprintf(stderr, "  ! %s: %s\n", what, verigator_error_message(error));
    verigator_error_free(error);
    exit(1);
}

/* Ends the program unless the call succeeded. */
static void must(verigator_status status, const char *what) {
    if (status != VERIGATOR_OK) {
        explain_and_exit(what);
    }
}

/* Ends the program unless the step came out as it should. */
static void expect(bool as_it_should, const char *what) {
    if (!as_it_should) {
        fprintf(stderr, "  ! %s\n", what);
        exit(1);
    }
}

static const char *method_name(verigator_method method) {
    return method == VERIGATOR_METHOD_TOTP ? "authenticator app" : "SMS";
}

/* Starts an authentication and says which method is really used. */
static verigator_method start(const verigator_ctx *ctx, const char *service_id, const char *user_id,
                              verigator_method wanted) {
    verigator_method used = 0;
    must(verigator_auth_initiate(ctx, service_id, user_id, wanted, &used), "start");
    printf("  start with %-18s -> a code by %s\n", method_name(wanted), method_name(used));
    return used;
}

/* Checks a token and ends the program unless the answer is the expected one. */
static void verify(const verigator_ctx *ctx, const char *service_id, const char *user_id,
                   const char *what, const char *token, bool expected) {
    int32_t verified = 0;
    must(verigator_auth_verify(ctx, service_id, user_id, token, &verified), "verify");
    printf("  %-29s -> %s\n", what, verified ? "verified" : "denied");
    expect(verified == expected, "that should have come out the other way");
}

/* A PIN that is not `pin`. */
static void wrong_pin(const char *pin, char wrong[7]) {
    memcpy(wrong, pin, 7);
    wrong[0] = pin[0] == '9' ? '0' : (char)(pin[0] + 1);
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: %s BASE_URL   such as http://127.0.0.1:8080\n", argv[0]);
        return 2;
    }
    const char *base_url = argv[1];
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);

    verigator_config *config = NULL;
    verigator_ctx *ctx = NULL;
    must(verigator_config_new("demo", "demo-password", &config), "credentials");
    must(verigator_config_set_base_url(config, base_url), "base URL");
    must(verigator_ctx_new(config, &ctx), "context");
    verigator_config_free(config);
    printf("libverigator %s, service at %s\n\n", verigator_version(), base_url);

    puts("A service and a user");
    verigator_service *service = NULL;
    verigator_user *user = NULL;
    must(verigator_service_create(ctx, "login.example.com", "Example", &service), "service");
    const char *service_id = verigator_service_id(service);
    printf("  service %-21s -> %s\n", verigator_service_name(service), service_id);
    must(verigator_user_create(ctx, service_id, "+3725555555", "kaisa@example.com", &user), "user");
    const char *user_id = verigator_user_id(user);
    printf("  user %-24s -> %s\n\n", verigator_user_id_in_service(user), user_id);

    puts("A login by SMS: no authenticator app is enrolled yet");
    char pin[7], wrong[7];
    expect(start(ctx, service_id, user_id, VERIGATOR_METHOD_TOTP) == VERIGATOR_METHOD_SMS,
           "without an app it should fall back to SMS");
    expect(phone_read_pin(base_url, user_id, pin), "no text message arrived");
    wrong_pin(pin, wrong);
    verify(ctx, service_id, user_id, "a wrong PIN", wrong, false);
    verify(ctx, service_id, user_id, "the PIN from the message", pin, true);
    verify(ctx, service_id, user_id, "the same PIN again", pin, false);

    puts("\nA login by authenticator app");
    char secret[65], code[7];
    expect(phone_enrol(base_url, service_id, user_id, secret), "the app could not be enrolled");
    puts("  scan the QR code              -> enrolled");
    expect(start(ctx, service_id, user_id, VERIGATOR_METHOD_TOTP) == VERIGATOR_METHOD_TOTP,
           "with an app it should be used");
    expect(phone_next_code(secret, code), "the app shows no code");
    verify(ctx, service_id, user_id, "the code in the app", code, true);
    verify(ctx, service_id, user_id, "the same code again", code, false);

    must(verigator_service_delete(ctx, service_id), "clean up");
    verigator_user_free(user);
    verigator_service_free(service);
    verigator_ctx_free(ctx);
    puts("\nEvery step came out as it should.");
    return 0;
}

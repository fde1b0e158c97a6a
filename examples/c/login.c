/* A login from end to end: register a service and a user, send a PIN, and check what was typed.
 *
 * VERIGATOR_USERNAME, VERIGATOR_PASSWORD and VERIGATOR_BASE_URL say where, and as whom. The exit
 * code is 0 for a yes, 1 for a no, and 2 when the service could not be asked.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <verigator.h>

/* Reads what somebody types; nothing, if nobody is there. */
static void ask(const char *question, char answer[66]) {
    printf("%s", question);
    fflush(stdout);
    if (!fgets(answer, 66, stdin)) {
        answer[0] = '\0';
    }
    answer[strcspn(answer, "\r\n")] = '\0';
}

/* Checks one token: `*verified` becomes true only if the service says so. */
static verigator_status check(const verigator_ctx *ctx, const char *service_id, const char *user_id,
                              const verigator_challenge *challenge, bool *verified) {
    char token[66];
    bool is_sms = verigator_challenge_method(challenge) == VERIGATOR_METHOD_SMS;
    ask(is_sms ? "sms PIN: " : "totp PIN: ", token);
    verigator_verification *answer = NULL;
    verigator_status status =
        verigator_auth_check(ctx, service_id, user_id, challenge, token, &answer);
    *verified = verigator_verification_verified(answer);
    verigator_verification_free(answer);
    if (status == VERIGATOR_OK && !*verified) {
        puts("That is not it.");
    }
    return status;
}

/* Sends this user a PIN and gives them three attempts at typing it. */
static verigator_status log_in(const verigator_ctx *ctx, const char *service_id,
                               const char *user_id, bool *verified) {
    verigator_challenge *challenge = NULL;
    verigator_status status =
        verigator_auth_start(ctx, service_id, user_id, VERIGATOR_METHOD_TOTP, &challenge);
    for (int i = 0; i < 3 && status == VERIGATOR_OK && !*verified; i++) {
        status = check(ctx, service_id, user_id, challenge, verified);
    }
    verigator_challenge_free(challenge);
    return status;
}

/* Registers Jane, logs her in, and takes everything back, also when that fails. */
static verigator_status register_and_log_in(const verigator_ctx *ctx, bool *verified) {
    verigator_service *service = NULL;
    verigator_user *user = NULL;
    verigator_status status =
        verigator_service_create(ctx, "shop.example.com", "Example shop", &service);
    if (status != VERIGATOR_OK) {
        return status;
    }
    const char *id = verigator_service_id(service);
    status = verigator_user_create(ctx, id, "+3725555555", "jane@example.com", &user);
    if (status == VERIGATOR_OK) {
        status = log_in(ctx, id, verigator_user_id(user), verified);
    }
    verigator_status deleted = verigator_service_delete(ctx, id);
    verigator_user_free(user);
    verigator_service_free(service);
    return status != VERIGATOR_OK ? status : deleted;
}

int main(void) {
    verigator_config *config = NULL;
    verigator_ctx *ctx = NULL;
    bool verified = false;
    verigator_status status = verigator_config_from_env(&config);
    if (status == VERIGATOR_OK) {
        status = verigator_ctx_new(config, &ctx);
    }
    if (status == VERIGATOR_OK) {
        status = register_and_log_in(ctx, &verified);
    }
    verigator_ctx_free(ctx);
    verigator_config_free(config);
    if (status != VERIGATOR_OK) {
        verigator_error *error = verigator_last_error();
        fprintf(stderr, "%s\n", verigator_error_message(error));
        verigator_error_free(error);
        return 2;
    }
    puts(verified ? "Welcome!" : "Denied.");
    return verified ? 0 : 1;
}

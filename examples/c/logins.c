#include "logins.h"

#include <stdio.h>
#include <stdlib.h>

#include "phone.h"

/* How far one login has come: what it has so far. Its number is the tag of its calls. */
struct login {
    verigator_user *user;
    verigator_challenge *challenge;
};

static struct login logins[LOGINS];
static int left, verified;

static const char *base_url;
static verigator_ctx *ctx;
static verigator_service *service;
static verigator_queue *queue;

void must(verigator_status status, const char *what) {
    if (status != VERIGATOR_OK) {
        verigator_error *error = verigator_last_error();
        fprintf(stderr, "%s: %s\n", what, verigator_error_message(error));
        verigator_error_free(error);
        exit(1);
    }
}

verigator_queue *logins_begin(const char *url) {
    verigator_config *config = NULL;
    base_url = url;
    must(verigator_config_new("demo", "demo-password", &config), "credentials");
    must(verigator_config_set_base_url(config, base_url), "base URL");
    must(verigator_ctx_new(config, &ctx), "context");
    verigator_config_free(config);
    must(verigator_service_create(ctx, "logins.example.com", "Example", &service), "service");

    must(verigator_queue_new(ctx, &queue), "queue");
    for (left = 0; left < LOGINS; left++) {
        char phone_number[24], name[32];
        verigator_call *call = NULL;
        snprintf(phone_number, sizeof phone_number, "+37255550%02d", left);
        snprintf(name, sizeof name, "user-%d@example.com", left);
        must(verigator_call_user_create(ctx, verigator_service_id(service), phone_number, name,
                                        &call),
             "user");
        must(verigator_call_submit(call, queue, (uint64_t)left), "submit");
    }
    return queue;
}

/* Makes the call that follows `ended`, or returns NULL after the last one. */
static verigator_call *next_call(struct login *login, verigator_call *ended) {
    const char *service_id = verigator_service_id(service);
    verigator_call *next = NULL;
    char pin[7] = "";
    if (login->user == NULL) {
        login->user = verigator_call_user(ended);
        must(verigator_call_auth_start(ctx, service_id, verigator_user_id(login->user),
                                       VERIGATOR_METHOD_SMS, &next),
             "start");
    } else if (login->challenge == NULL) {
        login->challenge = verigator_call_challenge(ended);
        /* A person would type it. */
        phone_read_pin(base_url, verigator_user_id(login->user), pin);
        must(verigator_call_auth_check(ctx, service_id, verigator_user_id(login->user),
                                       login->challenge, pin, &next),
             "check");
    } else {
        verigator_verification *answer = verigator_call_verification(ended);
        verified += verigator_verification_verified(answer);
        verigator_verification_free(answer);
    }
    return next;
}

static void explain(const verigator_call *failed) {
    verigator_error *error = verigator_call_error(failed);
    fprintf(stderr, "login %d: %s\n", (int)verigator_call_tag(failed),
            verigator_error_message(error));
    verigator_error_free(error);
}

bool logins_go_on(void) {
    verigator_call *ended = NULL;
    while (verigator_queue_next(queue, 0, &ended) == VERIGATOR_OK) {
        const uint64_t number = verigator_call_tag(ended);
        verigator_call *next = NULL;
        if (verigator_call_status(ended) == VERIGATOR_OK) {
            next = next_call(&logins[number], ended);
        } else {
            explain(ended);
        }
        verigator_call_free(ended);
        if (next != NULL) {
            must(verigator_call_submit(next, queue, number), "submit");
        } else {
            left--;
        }
    }
    return left > 0;
}

int logins_end(void) {
    for (int i = 0; i < LOGINS; i++) {
        verigator_challenge_free(logins[i].challenge);
        verigator_user_free(logins[i].user);
    }
    verigator_queue_free(queue);
    must(verigator_service_delete(ctx, verigator_service_id(service)), "clean up");
    verigator_service_free(service);
    verigator_ctx_free(ctx);
    printf("%d of %d logins were verified.\n", verified, LOGINS);
    return verified == LOGINS ? 0 : 1;
}

/* Looks through all of this process's memory for what was secret, after everything was freed.
 * Arguments: a server, which refuses what concerns the service "refuse", a file with its authority,
 * and perhaps a proxy. */
#define _GNU_SOURCE

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <unistd.h>

#include "check.h"

/* A secret, each character moved up by one: so that this program's own constants are not found. */
struct secret {
    const char *name, *moved;
    char text[64];
};

static struct secret password = {.name = "password", .moved = "dpssfdu.ipstf.cbuufsz"};
static struct secret token = {.name = "token", .moved = "842:579364"};
static struct secret phone = {.name = "phone number", .moved = ",48366612345678"};
static struct secret proxy_password = {.name = "proxy password", .moved = "qspyz.qbttxpse.:98"};
/* "proxy-user:proxy-password-987" in base64, as it travels. */
static struct secret proxy_header = {.name = "proxy header",
                                     .moved = "dIKwfIlueYOmdkqxdn:5fT2xZYO{e3:z[D16PEd>"};

/* What the service makes: the secret of an app, which stands in all of an enrolment, that of a
 * link, and a recovery code. */
static struct secret app = {.name = "app's secret", .moved = "OC3X56EGPJRIJ3EGPKRYB[MW"};
static struct secret of_link = {.name = "link's secret", .moved = "W8xR3nYiS5uL{:qMd4"};
static struct secret recovery_code = {.name = "recovery code", .moved = "i5l8r.x:n3y"};

static struct secret *const secrets[] = {&password,     &token, &phone,   &proxy_password,
                                         &proxy_header, &app,   &of_link, &recovery_code};
enum { SECRETS = sizeof secrets / sizeof *secrets };

static char *reveal(struct secret *secret) {
    for (size_t i = 0; i <= strlen(secret->moved); i++) {
        secret->text[i] = (char)(secret->moved[i] ? secret->moved[i] - 1 : 0);
    }
    return secret->text;
}

static void forget(struct secret *secret) {
    explicit_bzero(secret->text, sizeof secret->text);
}

static bool stands_at(const unsigned char *memory, const struct secret *secret, size_t length) {
    for (size_t i = 0; i < length; i++) {
        if (memory[i] != (unsigned char)(secret->moved[i] - 1)) {
            return false;
        }
    }
    return true;
}

/* How often `secret` stands in these bytes. */
static int count_in(const unsigned char *memory, size_t size, const struct secret *secret) {
    int found = 0;
    size_t length = strlen(secret->moved);
    for (size_t i = 0; i + length <= size; i++) {
        found += stands_at(memory + i, secret, length);
    }
    return found;
}

static unsigned char copy[1 << 16];

/* How often `secret` stands in the memory from `start` to `end`. */
static int count_between(int memory, uint64_t start, uint64_t end, const struct secret *secret) {
    int found = 0;
    /* Overlapping, so that none is missed at a seam. */
    for (uint64_t at = start; at < end; at += sizeof copy - sizeof secret->text) {
        ssize_t size = pread(memory, copy, sizeof copy, (off_t)at);
        if (size > 0) {
            found += count_in(copy, (size_t)size, secret);
        }
    }
    explicit_bzero(copy, sizeof copy);
    return found;
}

/* How often `secret` stands in memory that this process can write to. */
static int count_everywhere(const struct secret *secret) {
    char line[4096];
    int found = 0;
    int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    FILE *maps = fopen("/proc/self/maps", "r");
    while (fgets(line, sizeof line, maps)) {
        uint64_t start = 0, end = 0;
        char access[5];
        if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s", &start, &end, access) == 3 &&
            access[0] == 'r' && access[1] == 'w') {
            int here = count_between(memory, start, end, secret);
            if (here && getenv("SHOW_PLACES")) {
                fprintf(stderr, "%s: %d times in %s", secret->name, here, line);
            }
            found += here;
        }
    }
    fclose(maps);
    close(memory);
    return found;
}

static verigator_ctx *new_context(const char *base_url, const char *ca_file, const char *proxy) {
    verigator_config *config = NULL;
    verigator_ctx *ctx = NULL;
    CHECK_STATUS(verigator_config_new("user", reveal(&password), &config), VERIGATOR_OK);
    CHECK_STATUS(verigator_config_set_allow_plain_http(config, true), VERIGATOR_OK);
    CHECK_STATUS(verigator_config_set_base_url(config, base_url), VERIGATOR_OK);
    CHECK_STATUS(verigator_config_set_ca_file(config, ca_file), VERIGATOR_OK);
    if (!proxy) {
        CHECK_STATUS(verigator_config_set_address(config, "127.0.0.1"), VERIGATOR_OK);
    } else {
        CHECK_STATUS(
            verigator_config_set_proxy(config, proxy, "proxy-user", reveal(&proxy_password)),
            VERIGATOR_OK);
    }
    CHECK_STATUS(verigator_ctx_new(config, &ctx), VERIGATOR_OK);
    CHECK_STATUS(verigator_config_free(config), VERIGATOR_OK);
    return ctx;
}

/* A registration, a start and both kinds of verification; the service refuses some. */
static void use(const verigator_ctx *ctx) {
    verigator_user *user = NULL;
    verigator_challenge *challenge = NULL;
    verigator_verification *verification = NULL;
    int32_t verified = 0;
    CHECK_STATUS(verigator_user_create(ctx, "s", reveal(&phone), "kaisa", &user), VERIGATOR_OK);
    CHECK_STATUS(verigator_user_create(ctx, "refuse", phone.text, "kaisa", NULL),
                 VERIGATOR_INVALID_DATA);
    CHECK_STATUS(verigator_auth_start(ctx, "s", "u", VERIGATOR_METHOD_SMS, &challenge),
                 VERIGATOR_OK);
    reveal(&token);
    CHECK_STATUS(verigator_auth_check(ctx, "s", "u", challenge, token.text, &verification),
                 VERIGATOR_OK);
    CHECK_STATUS(verigator_auth_verify(ctx, "s", "u", token.text, &verified), VERIGATOR_OK);
    CHECK_STATUS(verigator_auth_verify(ctx, "refuse", "u", token.text, &verified),
                 VERIGATOR_INVALID_DATA);
    verigator_error *error = verigator_last_error();
    CHECK(!strstr(verigator_error_message(error), token.text));
    /* The service says what it was sent; so does the error, until it is forgotten. */
    size_t length = 0;
    const char *body = verigator_error_body(error, &length);
    CHECK(body && memmem(body, length, token.text, strlen(token.text)));
    CHECK(memmem(body, length, password.text, strlen(password.text)));
    CHECK(strstr(verigator_error_service_message(error), token.text));
    verigator_error_free(error);
    CHECK_STATUS(verigator_user_free(user), VERIGATOR_OK);
    CHECK_STATUS(verigator_challenge_free(challenge), VERIGATOR_OK);
    CHECK_STATUS(verigator_verification_free(verification), VERIGATOR_OK);
}

/* Whether the secret stands in `text`. */
static bool holds(const char *text, struct secret *secret) {
    bool found = text && strstr(text, reveal(secret));
    forget(secret);
    return found;
}

/* An enrolment, a link to one, and recovery codes; of some, the service's answer is none. */
static void enrol(const verigator_ctx *ctx) {
    verigator_enrolment *enrolment = NULL;
    verigator_enrolment_link *link = NULL;
    verigator_recovery_codes *codes = NULL;
    CHECK_STATUS(verigator_totp_begin(ctx, "s", "u", &enrolment), VERIGATOR_OK);
    CHECK(holds(verigator_enrolment_secret(enrolment), &app));
    CHECK(holds(verigator_enrolment_uri(enrolment), &app));
    CHECK(holds(verigator_enrolment_qr_svg(enrolment), &app));
    CHECK_STATUS(verigator_totp_confirm(ctx, "s", "u", reveal(&token)), VERIGATOR_OK);
    CHECK_STATUS(verigator_totp_link_create(ctx, "s", "u", 3600, &link), VERIGATOR_OK);
    CHECK(holds(verigator_enrolment_link_url(link), &of_link));
    CHECK_STATUS(verigator_recovery_codes_create(ctx, "s", "u", &codes), VERIGATOR_OK);
    CHECK(holds(verigator_recovery_codes_get(codes, 0), &recovery_code));
    CHECK_STATUS(verigator_enrolment_free(enrolment), VERIGATOR_OK);
    CHECK_STATUS(verigator_enrolment_link_free(link), VERIGATOR_OK);
    CHECK_STATUS(verigator_recovery_codes_free(codes), VERIGATOR_OK);

    CHECK_STATUS(verigator_totp_link_create(ctx, "break", "u", 3600, NULL), VERIGATOR_PROTOCOL);
    CHECK_STATUS(verigator_recovery_codes_create(ctx, "break", "u", NULL), VERIGATOR_PROTOCOL);
    CHECK_STATUS(verigator_totp_begin(ctx, "break", "u", NULL), VERIGATOR_PROTOCOL);
    verigator_error *error = verigator_last_error();
    CHECK(!holds(verigator_error_message(error), &app));
    verigator_error_free(error);
}

/* Those of a queue and its calls end soon after it. */
static void wait_until_this_thread_is_alone(void) {
    for (int threads = 0; threads != 3; sched_yield()) {
        /* With "." and "..". */
        threads = 0;
        DIR *tasks = opendir("/proc/self/task");
        while (readdir(tasks)) {
            threads++;
        }
        closedir(tasks);
    }
}

enum { CALLS = 4 };

/* The same by a queue: of what is asked, one is refused. */
static void submit(const verigator_ctx *ctx) {
    verigator_queue *queue = NULL;
    verigator_call *calls[CALLS] = {NULL};
    CHECK_STATUS(verigator_queue_new(ctx, &queue), VERIGATOR_OK);
    CHECK_STATUS(verigator_call_user_create(ctx, "s", reveal(&phone), "kaisa", &calls[0]),
                 VERIGATOR_OK);
    CHECK_STATUS(verigator_call_auth_check_token(ctx, "s", "u", reveal(&token), &calls[1]),
                 VERIGATOR_OK);
    CHECK_STATUS(verigator_call_auth_check_token(ctx, "refuse", "u", token.text, &calls[2]),
                 VERIGATOR_OK);
    CHECK_STATUS(verigator_call_totp_begin(ctx, "s", "u", &calls[3]), VERIGATOR_OK);
    for (int i = 0; i < CALLS; i++) {
        CHECK_STATUS(verigator_call_submit(calls[i], queue, 0), VERIGATOR_OK);
    }
    for (int i = 0; i < CALLS; i++) {
        verigator_call *ended = NULL;
        CHECK_STATUS(verigator_queue_next(queue, -1, &ended), VERIGATOR_OK);
    }
    CHECK(verigator_call_status(calls[2]) == VERIGATOR_INVALID_DATA);
    verigator_enrolment *enrolment = verigator_call_enrolment(calls[3]);
    CHECK(holds(verigator_enrolment_secret(enrolment), &app));
    CHECK_STATUS(verigator_enrolment_free(enrolment), VERIGATOR_OK);
    for (int i = 0; i < CALLS; i++) {
        CHECK_STATUS(verigator_call_free(calls[i]), VERIGATOR_OK);
    }
    CHECK_STATUS(verigator_queue_free(queue), VERIGATOR_OK);
    wait_until_this_thread_is_alone();
}

/* Writes over the stack that the calls used, which is not theirs any more. */
static void __attribute__((noinline)) overwrite_the_stack(void) {
    unsigned char room[256 << 10];
    explicit_bzero(room, sizeof room);
}

int main(int argc, char **argv) {
    if (argc < 3) {
        return 2;
    }
    alarm(300); /* A bound for a hang, not a measure. */
    const char *proxy = argv[3];
    verigator_ctx *ctx = new_context(argv[1], argv[2], proxy);
    enrol(ctx);
    submit(ctx);
    use(ctx);
    /* What this program looks for can be found. */
    for (int i = 0; i < SECRETS; i++) {
        forget(secrets[i]);
    }
    overwrite_the_stack();
    CHECK(count_everywhere(&password) > 0);
    if (proxy) {
        bool is_socks = strncmp(proxy, "socks", 5) == 0;
        CHECK(count_everywhere(is_socks ? &proxy_password : &proxy_header) > 0);
    }

    CHECK_STATUS(verigator_ctx_free(ctx), VERIGATOR_OK);
    CHECK(count_everywhere(&token) > 0);
    verigator_clear_error();
    CHECK(!verigator_last_error());
    for (int i = 0; i < SECRETS; i++) {
        int left = count_everywhere(secrets[i]);
        printf("%s: %d left\n", secrets[i]->name, left);
        CHECK(left == 0);
    }
    return finish();
}

/* The log lines that a call keeps. */
#include "check.h"
#include "http.h"

static const char *base_url;

/* What the callback was told; it runs on the thread that makes the call. */
static int called_back, ends;

static void call_back(void *user_data, verigator_log_level level, const char *message) {
    (void)user_data, (void)level, (void)message;
    called_back++;
}

static void count_end(void *user_data) {
    (void)user_data;
    ends++;
}

static verigator_log_level kept;

/* Once more after a reply of 503, which is worth a line. */
static void keep(verigator_config *config) {
    CHECK_STATUS(verigator_config_set_max_retries(config, 1), VERIGATOR_OK);
    CHECK_STATUS(verigator_config_set_call_log(config, kept), VERIGATOR_OK);
}

static void keep_nothing(verigator_config *config) {
    CHECK_STATUS(verigator_config_set_max_retries(config, 1), VERIGATOR_OK);
}

static void keep_in_place_of_a_callback(verigator_config *config) {
    CHECK_STATUS(verigator_config_set_log(config, VERIGATOR_LOG_DEBUG, call_back, NULL, count_end),
                 VERIGATOR_OK);
    keep(config);
}

static void call_back_instead(verigator_config *config) {
    keep(config);
    CHECK_STATUS(verigator_config_set_log(config, VERIGATOR_LOG_DEBUG, call_back, NULL, count_end),
                 VERIGATOR_OK);
}

/* A call that is answered NOT_FOUND, after a retry. */
static verigator_call *get(const verigator_ctx *ctx) {
    verigator_call *call = NULL;
    CHECK(http_request(base_url, "PUT", "/_/chaos",
                       "[{\"operation\":\"get-service\",\"status\":503,\"retry-after\":0,"
                       "\"times\":1}]",
                       NULL, 0));
    CHECK_STATUS(verigator_call_service_get(ctx, "nobody", &call), VERIGATOR_OK);
    CHECK(verigator_call_log_message(call, 0) == NULL && verigator_call_log_level(call, 0) == 0);
    return call;
}

/* How many lines it has, all of `most` or of what matters more. */
static size_t lines(const verigator_call *call, verigator_log_level most) {
    size_t count = 0;
    const char *line;
    while ((line = verigator_call_log_message(call, count)) != NULL) {
        const verigator_log_level level = verigator_call_log_level(call, count);
        CHECK(level >= VERIGATOR_LOG_ERROR && level <= most);
        CHECK(*line != '\0' && strstr(line, "demo-password") == NULL);
        count++;
    }
    CHECK(verigator_call_log_level(call, count) == 0);
    CHECK(verigator_call_log_message(call, SIZE_MAX) == NULL);
    return count;
}

/* How many lines a call has kept that was run. */
static size_t lines_of_one(void (*change)(verigator_config *), verigator_log_level most) {
    verigator_ctx *ctx = context_with(base_url, change);
    verigator_call *call = get(ctx);
    CHECK_STATUS(verigator_call_run(call), VERIGATOR_NOT_FOUND);
    /* They are the call's. */
    CHECK_STATUS(verigator_ctx_free(ctx), VERIGATOR_OK);
    const size_t count = lines(call, most);
    CHECK_STATUS(verigator_call_free(call), VERIGATOR_OK);
    CHECK(verigator_call_log_message(call, 0) == NULL && verigator_call_log_level(call, 0) == 0);
    return count;
}

static void those_of_the_level_and_those_that_matter_more(void) {
    CHECK(lines_of_one(keep_nothing, VERIGATOR_LOG_DEBUG) == 0);
    size_t before = 0;
    for (kept = VERIGATOR_LOG_ERROR; kept <= VERIGATOR_LOG_DEBUG; kept++) {
        const size_t count = lines_of_one(keep, kept);
        CHECK(kept == VERIGATOR_LOG_ERROR ? count == 0 : count > before);
        before = count;
    }
}

static void a_queue_makes_them_too(void) {
    kept = VERIGATOR_LOG_WARN;
    verigator_ctx *ctx = context_with(base_url, keep);
    verigator_queue *queue = NULL;
    verigator_call *call = get(ctx), *ended = NULL;
    CHECK_STATUS(verigator_queue_new(ctx, &queue), VERIGATOR_OK);
    CHECK_STATUS(verigator_call_submit(call, queue, 0), VERIGATOR_OK);
    CHECK_STATUS(verigator_queue_next(queue, -1, &ended), VERIGATOR_OK);
    CHECK(ended == call && lines(call, kept) == 1);
    CHECK_STATUS(verigator_call_free(call), VERIGATOR_OK);
    CHECK_STATUS(verigator_queue_free(queue), VERIGATOR_OK);
    CHECK_STATUS(verigator_ctx_free(ctx), VERIGATOR_OK);
}

/* The answer that comes late is one more line; those before stay where they are. */
static void more_come_until_the_call_has_ended(void) {
    kept = VERIGATOR_LOG_INFO;
    verigator_ctx *ctx = context_with(base_url, keep);
    verigator_call *call = get(ctx);
    CHECK(http_request(base_url, "PUT", "/_/chaos",
                       "[{\"operation\":\"get-service\",\"status\":503,\"retry-after\":0,"
                       "\"times\":1},{\"operation\":\"get-service\",\"delay\":300}]",
                       NULL, 0));
    while (verigator_call_log_message(call, 0) == NULL && checks_failed == 0) {
        CHECK(verigator_call_step(call) == VERIGATOR_PENDING);
    }
    char copy[1024];
    const char *first = verigator_call_log_message(call, 0);
    snprintf(copy, sizeof copy, "%s", first);
    const size_t before = lines(call, kept);
    while (verigator_call_step(call) == VERIGATOR_PENDING) {
    }
    CHECK_STATUS(verigator_call_status(call), VERIGATOR_NOT_FOUND);
    CHECK(lines(call, kept) > before);
    CHECK(verigator_call_log_message(call, 0) == first && strcmp(first, copy) == 0);
    CHECK_STATUS(verigator_call_free(call), VERIGATOR_OK);
    CHECK_STATUS(verigator_ctx_free(ctx), VERIGATOR_OK);
    CHECK(http_request(base_url, "PUT", "/_/chaos", "[]", NULL, 0));
}

static void it_takes_the_place_of_a_callback_and_the_other_way_round(void) {
    kept = VERIGATOR_LOG_DEBUG;
    CHECK(lines_of_one(keep_in_place_of_a_callback, kept) > 0);
    CHECK(called_back == 0 && ends == 1);
    CHECK(lines_of_one(call_back_instead, kept) == 0);
    CHECK(called_back > 0 && ends == 2);
}

static void what_is_no_level_is_refused(void) {
    verigator_config *config = NULL;
    verigator_ctx *ctx = NULL;
    CHECK_STATUS(verigator_config_new("demo", "demo-password", &config), VERIGATOR_OK);
    const verigator_log_level none[] = {0, -1, VERIGATOR_LOG_DEBUG + 1};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        CHECK_STATUS(verigator_config_set_call_log(config, none[i]), VERIGATOR_INVALID_CONFIG);
        CHECK_STATUS(verigator_ctx_new(config, &ctx), VERIGATOR_INVALID_CONFIG);
    }
    CHECK_STATUS(verigator_config_set_call_log(config, VERIGATOR_LOG_WARN), VERIGATOR_OK);
    CHECK_STATUS(verigator_ctx_new(config, &ctx), VERIGATOR_OK);
    CHECK_STATUS(verigator_config_set_call_log(NULL, VERIGATOR_LOG_WARN), VERIGATOR_INVALID_HANDLE);
    CHECK(verigator_call_log_message((verigator_call *)ctx, 0) == NULL);
    CHECK(verigator_call_log_level((verigator_call *)ctx, 0) == 0);
    CHECK_STATUS(verigator_ctx_free(ctx), VERIGATOR_OK);
    CHECK_STATUS(verigator_config_free(config), VERIGATOR_OK);
}

int main(int argc, char **argv) {
    if (argc < 2) {
        return 2;
    }
    base_url = argv[1];
    those_of_the_level_and_those_that_matter_more();
    a_queue_makes_them_too();
    more_come_until_the_call_has_ended();
    it_takes_the_place_of_a_callback_and_the_other_way_round();
    what_is_no_level_is_refused();
    return finish();
}

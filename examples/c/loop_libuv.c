/* Many logins on one thread, whose loop is libuv's. It watches the queue's descriptor (uv_poll_t),
 * or is woken by a function (uv_async_send), as the second argument says. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <uv.h>

#include "logins.h"

static verigator_queue *queue;

static void readable(uv_poll_t *watched, int status, int events) {
    (void)status, (void)events;
    if (!logins_go_on()) {
        /* Before the queue is closed. */
        uv_close((uv_handle_t *)watched, NULL);
    }
}

static void watch_the_descriptor(uv_loop_t *loop, uv_poll_t *watched) {
    int32_t fd = -1;
    must(verigator_queue_fd(queue, &fd), "descriptor");
    uv_poll_init(loop, watched, fd);
    uv_poll_start(watched, UV_READABLE, readable);
}

static void woken(uv_async_t *async) {
    if (!logins_go_on()) {
        /* Nobody wakes the loop after this. */
        must(verigator_queue_set_wake(queue, NULL, NULL, NULL), "wake");
        uv_close((uv_handle_t *)async, NULL);
    }
}

/* Runs on the queue's thread. */
static void wake(void *async) {
    uv_async_send(async);
}

static void be_woken(uv_loop_t *loop, uv_async_t *async) {
    uv_async_init(loop, async, woken);
    must(verigator_queue_set_wake(queue, wake, async, NULL), "wake");
    /* Some may have ended before. */
    uv_async_send(async);
}

int main(int argc, char **argv) {
    if (argc != 3 || (strcmp(argv[2], "poll") != 0 && strcmp(argv[2], "async") != 0)) {
        fprintf(stderr, "usage: %s BASE_URL poll|async\n", argv[0]);
        return 2;
    }
    uv_loop_t loop;
    uv_poll_t watched;
    uv_async_t async;
    uv_loop_init(&loop);
    queue = logins_begin(argv[1]);
    if (strcmp(argv[2], "poll") == 0) {
        watch_the_descriptor(&loop, &watched);
    } else {
        be_woken(&loop, &async);
    }
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    return logins_end();
}

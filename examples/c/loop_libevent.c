/* Many logins on one thread, whose loop is libevent's. */
#include <stdint.h>
#include <stdio.h>

#include <event2/event.h>

#include "logins.h"

static void readable(evutil_socket_t fd, short what, void *event) {
    (void)fd, (void)what;
    if (!logins_go_on()) {
        /* The loop ends with its last event. */
        event_del(event);
    }
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: %s BASE_URL   such as http://127.0.0.1:8080\n", argv[0]);
        return 2;
    }
    int32_t fd = -1;
    must(verigator_queue_fd(logins_begin(argv[1]), &fd), "descriptor");

    struct event_base *base = event_base_new();
    struct event *watched = event_new(base, fd, EV_READ | EV_PERSIST, readable, event_self_cbarg());
    event_add(watched, NULL);
    event_base_dispatch(base);
    /* Before the queue is closed. */
    event_free(watched);
    event_base_free(base);
    return logins_end();
}

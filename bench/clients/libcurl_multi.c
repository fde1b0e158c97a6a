/* What a careful C programmer writes for many calls on one thread: libcurl's multi interface by
 * curl_multi_socket_action and epoll, easy handles that are reused, and cJSON. */

#define _GNU_SOURCE

#include <stdlib.h>
#include <sys/epoll.h>

#include "curl_request.h"

/* How many events are taken at once. */
enum { EVENTS = 64 };

typedef struct transfer {
    curl_request request;
    long long begun_ns;
} transfer;

typedef struct loop {
    CURLM *multi;
    int epoll;
    /* When libcurl wants to be called whatever happens; -1 for never. */
    long long timer_ns;
    transfer *transfers;
} loop;

/* libcurl says what it waits for; it remembers with a socket whether epoll knows it. */
static int watch(CURL *curl, curl_socket_t fd, int what, void *data, void *known) {
    (void)curl;
    loop *self = data;
    struct epoll_event event = {.data.fd = fd};
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(self->epoll, EPOLL_CTL_DEL, fd, NULL);
        return 0;
    }
    event.events |= (what & CURL_POLL_IN) != 0 ? EPOLLIN : 0u;
    event.events |= (what & CURL_POLL_OUT) != 0 ? EPOLLOUT : 0u;
    if (epoll_ctl(self->epoll, known != NULL ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event) != 0) {
        bench_fail("epoll_ctl");
    }
    curl_multi_assign(self->multi, fd, self);
    return 0;
}

static int set_timer(CURLM *multi, long after_ms, void *data) {
    (void)multi;
    loop *self = data;
    self->timer_ns = after_ms < 0 ? -1 : bench_now_ns() + after_ms * 1000000LL;
    return 0;
}

static void *open_loop(const bench_options *options, void *shared) {
    (void)shared;
    loop *self = calloc(1, sizeof *self);
    if (self == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        bench_fail("libcurl cannot be initialised");
    }
    self->multi = curl_multi_init();
    self->epoll = epoll_create1(EPOLL_CLOEXEC);
    self->timer_ns = -1;
    self->transfers = calloc((size_t)options->in_flight, sizeof *self->transfers);
    if (self->multi == NULL || self->epoll < 0 || self->transfers == NULL) {
        bench_fail("no memory");
    }
    curl_multi_setopt(self->multi, CURLMOPT_SOCKETFUNCTION, watch);
    curl_multi_setopt(self->multi, CURLMOPT_SOCKETDATA, self);
    curl_multi_setopt(self->multi, CURLMOPT_TIMERFUNCTION, set_timer);
    curl_multi_setopt(self->multi, CURLMOPT_TIMERDATA, self);
    curl_multi_setopt(self->multi, CURLMOPT_MAXCONNECTS, (long)options->in_flight);
    for (int i = 0; i < options->in_flight; i++) {
        transfer *one = &self->transfers[i];
        curl_request_open(&one->request, options);
        curl_easy_setopt(one->request.curl, CURLOPT_PRIVATE, one);
    }
    return self;
}

static void begin(loop *self, transfer *one) {
    curl_request_begin(&one->request, BENCH_SERVICE_ID, BENCH_USER_ID, BENCH_TOKEN);
    one->begun_ns = bench_now_ns();
    if (curl_multi_add_handle(self->multi, one->request.curl) != CURLM_OK) {
        bench_fail("curl_multi_add_handle");
    }
}

/* Waits until there is something to do, and has libcurl do it. */
static void turn(loop *self) {
    struct epoll_event events[EVENTS];
    int running = 0;
    int timeout_ms = -1;
    if (self->timer_ns >= 0) {
        long long left = self->timer_ns - bench_now_ns();
        timeout_ms = left > 0 ? (int)((left + 999999) / 1000000) : 0;
    }
    int count = epoll_wait(self->epoll, events, EVENTS, timeout_ms);
    for (int i = 0; i < count; i++) {
        int what = (events[i].events & EPOLLIN) != 0 ? CURL_CSELECT_IN : 0;
        what |= (events[i].events & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0;
        what |= (events[i].events & (EPOLLERR | EPOLLHUP)) != 0 ? CURL_CSELECT_ERR : 0;
        curl_multi_socket_action(self->multi, events[i].data.fd, what, &running);
    }
    if (self->timer_ns >= 0 && self->timer_ns <= bench_now_ns()) {
        self->timer_ns = -1;
        curl_multi_socket_action(self->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
}

static void make_calls(void *state, const bench_options *options, bench_times *times, long count) {
    loop *self = state;
    long begun = 0;
    long ended = 0;
    for (; begun < options->in_flight && begun < count; begun++) {
        begin(self, &self->transfers[begun]);
    }
    while (ended < count) {
        turn(self);
        int left = 0;
        for (CURLMsg *said; (said = curl_multi_info_read(self->multi, &left)) != NULL; ended++) {
            transfer *one = NULL;
            CURLcode code = said->data.result;
            curl_easy_getinfo(said->easy_handle, CURLINFO_PRIVATE, &one);
            curl_multi_remove_handle(self->multi, one->request.curl);
            if (!curl_request_end(&one->request, code)) {
                bench_fail("a call was not answered with yes");
            }
            bench_ended(times, one->begun_ns);
            if (begun < count) {
                begin(self, one);
                begun++;
            }
        }
    }
}

int main(int argc, char **argv) {
    bench_options options = bench_parse(argc, argv);
    return bench_run(&options, &(bench_client){.open_thread = open_loop, .calls = make_calls});
}

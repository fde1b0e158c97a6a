/* The host's process is the host's: its threads and its signals; it calls until its very end. */
#define _GNU_SOURCE

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"

static const char *service_id;

static int threads_of_this_process(void) {
    int count = 0;
    DIR *tasks = opendir("/proc/self/task");
    while (readdir(tasks)) {
        count++;
    }
    closedir(tasks);
    return count;
}

/* Makes `calls` calls and returns how many went wrong. */
static int ask(const verigator_ctx *ctx, int calls) {
    int wrong = 0;
    for (int i = 0; i < calls; i++) {
        wrong += verigator_service_get(ctx, service_id, NULL) != VERIGATOR_OK;
    }
    return wrong;
}

/* A service of this process's own, for so many requests on one connection. It counts the process's
 * threads while each call waits for its answer. */
enum { REQUESTS = 3 };
static int listener;
static int threads_during[REQUESTS];

static void *serve(void *unused) {
    static const char body[] = "{\"id\":\"s\",\"name\":\"n\",\"ctime\":\"t\"}";
    char request[4096], answer[256];
    int size = snprintf(answer, sizeof answer, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s",
                        sizeof body - 1, body);
    (void)unused;
    int connection = accept(listener, NULL, NULL);
    for (int i = 0; i < REQUESTS && recv(connection, request, sizeof request, 0) > 0; i++) {
        threads_during[i] = threads_of_this_process();
        send(connection, answer, (size_t)size, MSG_NOSIGNAL);
    }
    close(connection);
    return NULL;
}

/* Its base URL. */
static const char *listen_here(void) {
    static char url[64];
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(bind(listener, (struct sockaddr *)&address, size) == 0 && listen(listener, 1) == 0);
    CHECK(getsockname(listener, (struct sockaddr *)&address, &size) == 0);
    snprintf(url, sizeof url, "http://127.0.0.1:%d", ntohs(address.sin_port));
    return url;
}

/* Neither while the first calls of a process go on nor between them is there a thread more. It
 * counts from when there is a second one, by which a sanitizer has its own. */
static void a_call_has_no_thread_but_its_callers(void) {
    pthread_t service;
    const char *url = listen_here();
    int created = pthread_create(&service, NULL, serve, NULL);
    CHECK(created == 0);
    const int before = threads_of_this_process();
    verigator_ctx *ctx = context(url);
    for (int i = 0; i < REQUESTS; i++) {
        CHECK(threads_of_this_process() == before);
        CHECK_STATUS(verigator_service_get(ctx, "s", NULL), VERIGATOR_OK);
    }
    CHECK(pthread_join(service, NULL) == 0 && close(listener) == 0);
    for (int i = 0; i < REQUESTS; i++) {
        CHECK(threads_during[i] == before);
    }
    CHECK_STATUS(verigator_ctx_free(ctx), VERIGATOR_OK);
}

/* What is to be done at each signal, and which are blocked. */
struct signals {
    struct sigaction actions[NSIG];
    sigset_t mask;
};

static struct signals signals_now(void) {
    struct signals now;
    memset(&now, 0, sizeof now);
    for (int i = 1; i < NSIG; i++) {
        sigaction(i, NULL, &now.actions[i]);
    }
    pthread_sigmask(SIG_SETMASK, NULL, &now.mask);
    return now;
}

/* They are what they were before this process used the library for the first time. */
static void signals_are_untouched(const struct signals *before) {
    const struct signals after = signals_now();
    for (int i = 1; i < NSIG; i++) {
        CHECK(before->actions[i].sa_handler == after.actions[i].sa_handler);
        CHECK(before->actions[i].sa_flags == after.actions[i].sa_flags);
        CHECK(sigismember(&before->mask, i) == sigismember(&after.mask, i));
    }
}

static atomic_int pipes;

static void count_pipe(int signal) {
    (void)signal;
    atomic_fetch_add(&pipes, 1);
}

/* A SIGPIPE that the host holds back itself is still there after a call. */
static void a_pending_signal_is_left_to_the_host(const verigator_ctx *ctx) {
    struct sigaction counting = {.sa_handler = count_pipe};
    sigset_t only, pending;
    sigaction(SIGPIPE, &counting, NULL);
    sigemptyset(&only);
    sigaddset(&only, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &only, NULL);
    raise(SIGPIPE);
    CHECK(ask(ctx, 1) == 0);
    sigpending(&pending);
    CHECK(sigismember(&pending, SIGPIPE) == 1);
    pthread_sigmask(SIG_UNBLOCK, &only, NULL);
    CHECK(atomic_load(&pipes) == 1);
    signal(SIGPIPE, SIG_DFL);
}

/* A context, and what calls on it come to: a thread's first one, and, when a thread ends, those of
 * one that made some before. */
struct ending {
    const verigator_ctx *ctx;
    verigator_status first, later;
};

static pthread_key_t at_thread_end;

/* Runs when the thread's own storage is being put away. The error of a call, which lies there,
 * may be gone, or stay for ever unless it is forgotten; its status is there. */
static void call_late(void *argument) {
    const struct ending *ending = argument;
    for (int i = 0; i < 3; i++) {
        CHECK_STATUS(verigator_service_get(ending->ctx, service_id, NULL), ending->later);
    }
    if (ending->later == VERIGATOR_OK) {
        CHECK(verigator_service_get(ending->ctx, "nobody", NULL) == VERIGATOR_NOT_FOUND);
    }
    verigator_clear_error();
}

static void *end_with_calls(void *argument) {
    const struct ending *ending = argument;
    CHECK_STATUS(verigator_service_get(ending->ctx, service_id, NULL), ending->first);
    CHECK(pthread_setspecific(at_thread_end, ending) == 0);
    return NULL;
}

/* Its first call is its last moment's. */
static void *end_with_its_first_call(void *argument) {
    struct ending *ending = argument;
    ending->later = ending->first;
    CHECK(pthread_setspecific(at_thread_end, ending) == 0);
    return NULL;
}

static void an_ending_thread_calls(struct ending ending) {
    void *(*const run[])(void *) = {end_with_calls, end_with_its_first_call};
    CHECK(pthread_key_create(&at_thread_end, call_late) == 0);
    for (size_t i = 0; i < 2; i++) {
        pthread_t thread;
        /* Checked once it has ended, since it counts its checks as well. */
        int created = pthread_create(&thread, NULL, run[i], &ending);
        CHECK(created == 0 && pthread_join(thread, NULL) == 0);
    }
    CHECK(pthread_key_delete(at_thread_end) == 0);
}

static const char *proxy;

static void through_the_proxy(verigator_config *config) {
    CHECK_STATUS(verigator_config_set_proxy(config, proxy, NULL, NULL), VERIGATOR_OK);
}

/* What speaks to such a proxy keeps its place in the thread's own storage, once it was used there.
 */
static void an_ending_thread_calls_through(const char *url, const char *base_url,
                                           verigator_status first) {
    proxy = url;
    verigator_ctx *ctx = context_with(base_url, through_the_proxy);
    an_ending_thread_calls((struct ending){ctx, first, VERIGATOR_SYSTEM});
    CHECK_STATUS(verigator_ctx_free(ctx), VERIGATOR_OK);
}

static verigator_ctx *last_ctx;

/* After the closing line, so that only the program's own status can tell that it went wrong. */
static void call_at_exit(void) {
    if (verigator_service_get(last_ctx, "nobody", NULL) != VERIGATOR_NOT_FOUND ||
        verigator_ctx_free(last_ctx) != VERIGATOR_OK) {
        fprintf(stderr, "a call at exit failed\n");
        _exit(1);
    }
}

int main(int argc, char **argv) {
    if (argc < 2) {
        return 2;
    }
    /* As a program has it that does not care for it. */
    signal(SIGPIPE, SIG_DFL);
    const struct signals before = signals_now();
    a_call_has_no_thread_but_its_callers();
    verigator_ctx *ctx = last_ctx = context(argv[1]);
    CHECK(atexit(call_at_exit) == 0);
    verigator_service *service = NULL;
    CHECK_STATUS(verigator_service_create(ctx, "process.example", "P", &service), VERIGATOR_OK);
    service_id = verigator_service_id(service);
    CHECK(ask(ctx, 3) == 0);
    signals_are_untouched(&before);
    a_pending_signal_is_left_to_the_host(ctx);
    an_ending_thread_calls((struct ending){ctx, VERIGATOR_OK, VERIGATOR_OK});
    CHECK(ask(ctx, 1) == 0);
    /* The server takes what a proxy would forward; at port 1 there is none. */
    an_ending_thread_calls_through(argv[1], argv[1], VERIGATOR_OK);
    an_ending_thread_calls_through("socks5://127.0.0.1:1", argv[1], VERIGATOR_PROXY);
    CHECK_STATUS(verigator_service_delete(ctx, service_id), VERIGATOR_OK);
    verigator_service_free(service);
    return finish();
}

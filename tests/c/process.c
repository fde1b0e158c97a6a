/* The host's process is the host's: threads, signals, and fork(). */
#define _GNU_SOURCE

#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "http.h"

enum { THREADS = 4, CHILDREN = 8, CALLS = 50 };

static const char *base_url;
static char ids[CHILDREN + 1][64];

static int threads_of_this_process(void) {
    int count = 0;
    DIR *tasks = opendir("/proc/self/task");
    while (readdir(tasks)) {
        count++;
    }
    closedir(tasks);
    return count;
}

/* Every process asks for its own service and must be given that one. */
static int asks_for(const verigator_ctx *ctx, int which, int calls) {
    int wrong = 0;
    for (int i = 0; i < calls; i++) {
        verigator_service *service = NULL;
        if (verigator_service_get(ctx, ids[which], &service) != VERIGATOR_OK ||
            strcmp(verigator_service_id(service), ids[which]) != 0) {
            wrong++;
        }
        verigator_service_free(service);
    }
    return wrong;
}

static void no_thread_stays(const verigator_ctx *ctx) {
    int before = threads_of_this_process();
    CHECK(asks_for(ctx, 0, 3) == 0);
    CHECK(threads_of_this_process() == before);
}

/* The dispositions and the mask of every signal are what they were. */
static void signals_are_untouched(const verigator_ctx *ctx) {
    struct sigaction before[NSIG], after[NSIG];
    sigset_t mask_before, mask_after;
    memset(before, 0, sizeof before);
    memset(after, 0, sizeof after);
    for (int i = 1; i < NSIG; i++) {
        sigaction(i, NULL, &before[i]);
    }
    pthread_sigmask(SIG_SETMASK, NULL, &mask_before);
    CHECK(asks_for(ctx, 0, 3) == 0);
    pthread_sigmask(SIG_SETMASK, NULL, &mask_after);
    for (int i = 1; i < NSIG; i++) {
        sigaction(i, NULL, &after[i]);
        CHECK(before[i].sa_handler == after[i].sa_handler);
        CHECK(sigismember(&mask_before, i) == sigismember(&mask_after, i));
    }
}

static atomic_int pipes;

static void count_pipe(int signal) {
    (void)signal;
    atomic_fetch_add(&pipes, 1);
}

/* A server that hangs up raises no SIGPIPE in the host, and the host's own still arrives. */
static void a_broken_pipe_is_not_the_hosts(const verigator_ctx *ctx) {
    struct sigaction counting = {.sa_handler = count_pipe};
    sigaction(SIGPIPE, &counting, NULL);
    CHECK(http_request(base_url, "PUT", "/_/chaos",
                       "[{\"operation\":\"get-service\",\"drop\":true}]", NULL, 0));
    for (int i = 0; i < CALLS; i++) {
        CHECK(verigator_service_get(ctx, ids[0], NULL) == VERIGATOR_DISCONNECTED);
    }
    CHECK(http_request(base_url, "PUT", "/_/chaos", "[]", NULL, 0));
    CHECK(atomic_load(&pipes) == 0);
    raise(SIGPIPE);
    CHECK(atomic_load(&pipes) == 1);

    /* One that the host holds back itself is still there afterwards. */
    sigset_t only, pending;
    sigemptyset(&only);
    sigaddset(&only, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &only, NULL);
    raise(SIGPIPE);
    CHECK(asks_for(ctx, 0, 1) == 0);
    sigpending(&pending);
    CHECK(sigismember(&pending, SIGPIPE) == 1);
    pthread_sigmask(SIG_UNBLOCK, &only, NULL);
    CHECK(atomic_load(&pipes) == 2);
    signal(SIGPIPE, SIG_DFL);
}

struct asking {
    const verigator_ctx *ctx;
    atomic_bool stop;
    atomic_int wrong, calls;
};

static void *keep_asking(void *argument) {
    struct asking *asking = argument;
    while (!atomic_load(&asking->stop)) {
        atomic_fetch_add(&asking->wrong, asks_for(asking->ctx, 0, 1));
        atomic_fetch_add(&asking->calls, 1);
    }
    return NULL;
}

/* Children are forked while other threads are inside the library; all of them, the parent and its
 * threads use the same context at the same time. */
static void parent_and_children_call_at_once(verigator_ctx *ctx) {
    struct asking asking = {.ctx = ctx};
    pthread_t threads[THREADS];
    pid_t children[CHILDREN];
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&threads[i], NULL, keep_asking, &asking) == 0);
    }
    while (atomic_load(&asking.calls) < THREADS) {
        CHECK(asks_for(ctx, 0, 1) == 0);
    }
    for (int i = 0; i < CHILDREN; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            int wrong = asks_for(ctx, i + 1, CALLS);
            /* Freeing what was inherited leaves the parent's connections alone. */
            wrong += verigator_ctx_free(ctx) != VERIGATOR_OK;
            _exit(wrong != 0);
        }
    }
    CHECK(asks_for(ctx, 0, CALLS) == 0);
    for (int i = 0; i < CHILDREN; i++) {
        int status = 0;
        CHECK(waitpid(children[i], &status, 0) == children[i]);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    CHECK(asks_for(ctx, 0, CALLS) == 0);
    atomic_store(&asking.stop, true);
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
    }
    CHECK(atomic_load(&asking.wrong) == 0);
}

/* A child of a child, none of which the grandparent's connections may reach. */
static void grandchildren_call(const verigator_ctx *ctx) {
    CHECK(asks_for(ctx, 0, 1) == 0);
    pid_t child = fork();
    if (child == 0) {
        int wrong = asks_for(ctx, 1, 2);
        pid_t grandchild = fork();
        if (grandchild == 0) {
            _exit(asks_for(ctx, 2, CALLS) != 0);
        }
        int status = 0;
        wrong += asks_for(ctx, 1, CALLS);
        waitpid(grandchild, &status, 0);
        _exit(wrong != 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0);
    }
    CHECK(asks_for(ctx, 0, CALLS) == 0);
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(int argc, char **argv) {
    if (argc < 2) {
        return 2;
    }
    base_url = argv[1];
    verigator_ctx *ctx = context(base_url);
    for (int i = 0; i <= CHILDREN; i++) {
        char fqdn[64];
        verigator_service *service = NULL;
        snprintf(fqdn, sizeof fqdn, "process-%d.example", i);
        CHECK_STATUS(verigator_service_create(ctx, fqdn, fqdn, &service), VERIGATOR_OK);
        snprintf(ids[i], sizeof ids[i], "%s", verigator_service_id(service));
        verigator_service_free(service);
    }
    no_thread_stays(ctx);
    signals_are_untouched(ctx);
    a_broken_pipe_is_not_the_hosts(ctx);
    parent_and_children_call_at_once(ctx);
    grandchildren_call(ctx);
    for (int i = 0; i <= CHILDREN; i++) {
        CHECK_STATUS(verigator_service_delete(ctx, ids[i]), VERIGATOR_OK);
    }
    verigator_ctx_free(ctx);
    return finish();
}

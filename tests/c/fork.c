/* A context made before fork() works in the parent and in its children, at once and at the same
 * time. The server answers each request for a service with the id that was asked for, so that a
 * reply that went astray is seen. Arguments: `own` or `same` for the processes' ids, its URL, and
 * for TLS its authority's certificate. */
#define _GNU_SOURCE

#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

/* No process waits for ever, should an answer never come: a bound for a hang, not a measure. */
enum { THREADS = 4, CHILDREN = 8, CALLS = 50, MOST_SECONDS = 300 };

static bool have_same_id;
static const char *ca_file;

/* In the place of the C library's. The first process of a PID namespace has the id 1, and so may
 * its parent; to make a namespace takes rights that a test may not have. */
pid_t getpid(void) {
    return have_same_id ? 1 : (pid_t)syscall(SYS_getpid);
}

static void trust(verigator_config *config) {
    if (ca_file) {
        CHECK_STATUS(verigator_config_set_ca_file(config, ca_file), VERIGATOR_OK);
    }
}

/* Makes `calls` calls under this number and returns how many were not answered under it. */
static int asks_for(const verigator_ctx *ctx, int number, int calls) {
    int wrong = 0;
    char id[32];
    snprintf(id, sizeof id, "service-%d", number);
    for (int i = 0; i < calls; i++) {
        verigator_service *service = NULL;
        if (verigator_service_get(ctx, id, &service) != VERIGATOR_OK ||
            strcmp(verigator_service_id(service), id) != 0) {
            wrong++;
        }
        verigator_service_free(service);
    }
    return wrong;
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
            alarm(MOST_SECONDS);
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
        alarm(MOST_SECONDS);
        int wrong = asks_for(ctx, 1, 2);
        pid_t grandchild = fork();
        if (grandchild == 0) {
            alarm(MOST_SECONDS);
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

/* Writes what each descriptor of this process is, and returns how many there are. */
static int describe_descriptors(char *text, size_t size) {
    int count = 0;
    text[0] = 0;
    for (int fd = 0; fd < 256; fd++) {
        char path[32], what[64] = "";
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        if (readlink(path, what, sizeof what - 1) > 0) {
            size_t length = strlen(text);
            snprintf(text + length, size - length, "%d %s\n", fd, what);
            count++;
        }
    }
    return count;
}

/* Sockets have inodes for names, so that another in the same place is seen. A connection that the
 * child had shut down or used would be closed by the parent's next call, and replaced. */
static void the_parents_descriptors_are_untouched(verigator_ctx *ctx) {
    static char before[16384], after[16384];
    CHECK(asks_for(ctx, 0, 1) == 0);
    int count = describe_descriptors(before, sizeof before);
    CHECK(count > 3);
    pid_t child = fork();
    if (child == 0) {
        alarm(MOST_SECONDS);
        int wrong = asks_for(ctx, 1, CALLS);
        wrong += verigator_ctx_close(ctx) != VERIGATOR_OK;
        wrong += verigator_ctx_free(ctx) != VERIGATOR_OK;
        _exit(wrong != 0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK(asks_for(ctx, 0, 1) == 0);
    CHECK(describe_descriptors(after, sizeof after) == count);
    CHECK(strcmp(before, after) == 0);
}

int main(int argc, char **argv) {
    if (argc < 3) {
        return 2;
    }
    have_same_id = strcmp(argv[1], "same") == 0;
    ca_file = argc > 3 ? argv[3] : NULL;
    alarm(MOST_SECONDS);
    verigator_ctx *ctx = context_with(argv[2], trust);
    parent_and_children_call_at_once(ctx);
    grandchildren_call(ctx);
    the_parents_descriptors_are_untouched(ctx);
    CHECK_STATUS(verigator_ctx_free(ctx), VERIGATOR_OK);
    return finish();
}

/* A host that closes every descriptor from 3 on, as daemons do, those of this library among them,
 * and opens its own, which get the same numbers. What the library does afterwards must reach none
 * of them. Arguments: what is done afterwards, the number of the kind of descriptor that comes
 * first, the server's URL, its authority's certificate, the time limit of a call in milliseconds,
 * and the proxy's URL if there is one. Exits with 3 if the machine is too slow for that limit. The
 * server answers a request for a service with the id that was asked for; "together" only when all
 * threads have asked, "blocked" never, and "after-the-blocked" once all threads have asked for
 * that. */
#define _GNU_SOURCE

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

enum { THREADS = 8, MOST_DESCRIPTORS = 512, MOST_SECONDS = 600, TOO_SLOW = 3 };

static const char *base_url, *ca_file, *proxy;
static uint32_t timeout_ms;

static void configure(verigator_config *config) {
    CHECK_STATUS(verigator_config_set_allow_plain_http(config, true), VERIGATOR_OK);
    CHECK_STATUS(verigator_config_set_ca_file(config, ca_file), VERIGATOR_OK);
    /* So long only where the closed descriptors were what would have woken the calls. */
    CHECK_STATUS(verigator_config_set_timeout_ms(config, timeout_ms), VERIGATOR_OK);
    if (proxy) {
        CHECK_STATUS(verigator_config_set_proxy(config, proxy, NULL, NULL), VERIGATOR_OK);
    } else {
        CHECK_STATUS(verigator_config_set_address(config, "127.0.0.1"), VERIGATOR_OK);
    }
}

static verigator_status ask_for(const verigator_ctx *ctx, const char *id) {
    verigator_service *service = NULL;
    verigator_status status = verigator_service_get(ctx, id, &service);
    CHECK(status != VERIGATOR_OK || strcmp(verigator_service_id(service), id) == 0);
    verigator_service_free(service);
    return status;
}

/* For what happens before anything is closed. */
static void is_in_time(verigator_status status) {
    if (status == VERIGATOR_TIMEOUT) {
        _exit(TOO_SLOW);
    }
    CHECK_STATUS(status, VERIGATOR_OK);
}

/* Each connection that was kept may cost one call, which ends with a status. */
static void is_answered_in_the_end(const verigator_ctx *ctx, int kept) {
    int calls = 0;
    while (calls <= kept && ask_for(ctx, "s") != VERIGATOR_OK) {
        calls++;
    }
    CHECK(calls <= kept);
    CHECK_STATUS(ask_for(ctx, "s"), VERIGATOR_OK);
}

/* The descriptors of the host's own. */

enum kind { REGULAR_FILE, SOCKET_PAIR, TCP_PAIR, PIPE, EVENT_COUNTER, EVENT_QUEUE, KINDS };

static const char WORDS[] = "the host's own";
enum { OFFSET = 5, COUNT = 7 };

static struct held {
    int fd;
    enum kind kind;
    bool has_words;
    struct stat stat;
} held[MOST_DESCRIPTORS];
static int held_count;

static int hold(int fd, enum kind kind, bool has_words) {
    CHECK(fd > 2 && held_count < MOST_DESCRIPTORS);
    struct held *new = &held[held_count++];
    *new = (struct held){.fd = fd, .kind = kind, .has_words = has_words};
    CHECK(fstat(fd, &new->stat) == 0);
    return fd;
}

static void say(int fd) {
    CHECK(write(fd, WORDS, sizeof WORDS) == sizeof WORDS);
}

static int hold_pair(const int *ends, enum kind kind) {
    for (int i = 0; i < 2; i++) {
        say(ends[i]);
        hold(ends[i], kind, true);
    }
    return ends[1];
}

static void connect_to_itself(int *ends) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(bind(listener, (struct sockaddr *)&address, sizeof address) == 0);
    CHECK(listen(listener, 1) == 0);
    CHECK(getsockname(listener, (struct sockaddr *)&address, &length) == 0);
    ends[0] = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(connect(ends[0], (struct sockaddr *)&address, sizeof address) == 0);
    ends[1] = accept(listener, NULL, NULL);
    close(listener);
}

/* Opens one of this kind and returns its number, or the second of two. */
static int open_one(enum kind kind) {
    int ends[2];
    char path[] = "/tmp/verigator-descriptors-XXXXXX";
    switch (kind) {
    case REGULAR_FILE:
        ends[0] = mkstemp(path);
        unlink(path);
        say(ends[0]);
        CHECK(lseek(ends[0], OFFSET, SEEK_SET) == OFFSET);
        return hold(ends[0], kind, true);
    case SOCKET_PAIR:
        CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
        return hold_pair(ends, kind);
    case TCP_PAIR:
        connect_to_itself(ends);
        return hold_pair(ends, kind);
    case PIPE:
        CHECK(pipe2(ends, O_NONBLOCK) == 0);
        say(ends[1]);
        hold(ends[0], kind, true);
        return hold(ends[1], kind, false);
    case EVENT_COUNTER:
        return hold(eventfd(COUNT, EFD_NONBLOCK), kind, false);
    default:
        return hold(epoll_create1(0), EVENT_QUEUE, false);
    }
}

static int highest_descriptor(void) {
    int highest = 2;
    for (int fd = 3; fd < MOST_DESCRIPTORS; fd++) {
        if (fcntl(fd, F_GETFD) != -1) {
            highest = fd;
        }
    }
    return highest;
}

static void close_all_and_open_others(int first_kind) {
    int highest = highest_descriptor();
    for (int fd = 3; fd <= highest; fd++) {
        close(fd);
    }
    for (int kind = first_kind; open_one(kind % KINDS) <= highest + 4; kind++) {
    }
    for (int fd = 3; fd <= highest; fd++) {
        CHECK(fcntl(fd, F_GETFD) != -1);
    }
}

/* What can be read is what the host wrote, and then nothing, but no end either. */
static void has_only_the_words(const struct held *one) {
    char read_here[2 * sizeof WORDS];
    ssize_t count = read(one->fd, read_here, sizeof read_here);
    CHECK(count == sizeof WORDS && memcmp(read_here, WORDS, sizeof WORDS) == 0);
    CHECK(read(one->fd, read_here, sizeof read_here) == -1 && errno == EAGAIN);
}

static void file_is_untouched(const struct held *one) {
    char content[2 * sizeof WORDS];
    CHECK(lseek(one->fd, 0, SEEK_CUR) == OFFSET);
    CHECK(pread(one->fd, content, sizeof content, 0) == sizeof WORDS);
    CHECK(memcmp(content, WORDS, sizeof WORDS) == 0);
}

/* The kernel lists what a queue watches. */
static void queue_is_empty(const struct held *one) {
    char path[64], line[256];
    snprintf(path, sizeof path, "/proc/self/fdinfo/%d", one->fd);
    FILE *file = fopen(path, "r");
    CHECK(file != NULL);
    while (file && fgets(line, sizeof line, file)) {
        CHECK(strncmp(line, "tfd:", 4) != 0);
    }
    if (file) {
        fclose(file);
    }
}

static void all_are_untouched(void) {
    for (int i = 0; i < held_count; i++) {
        const struct held *one = &held[i];
        struct stat now;
        uint64_t counted = 0;
        if (fstat(one->fd, &now) != 0 || now.st_dev != one->stat.st_dev ||
            now.st_ino != one->stat.st_ino) {
            CHECK(!"a descriptor of the host's was closed");
            continue;
        }
        /* Before it is read without waiting: that this was asked for is the host's own choice. */
        CHECK((fcntl(one->fd, F_GETFL) & O_NONBLOCK) ==
              (one->kind == PIPE || one->kind == EVENT_COUNTER ? O_NONBLOCK : 0));
        if (one->kind == REGULAR_FILE) {
            file_is_untouched(one);
        } else if (one->kind == EVENT_COUNTER) {
            CHECK(read(one->fd, &counted, sizeof counted) == sizeof counted && counted == COUNT);
        } else if (one->kind == EVENT_QUEUE) {
            queue_is_empty(one);
        } else if (one->has_words) {
            CHECK(fcntl(one->fd, F_SETFL, O_NONBLOCK) == 0);
            has_only_the_words(one);
        }
    }
}

/* What is done afterwards. */

struct caller {
    pthread_t thread;
    const verigator_ctx *ctx;
    const char *id;
    verigator_status status;
};

static void *ask_once(void *argument) {
    struct caller *caller = argument;
    caller->status = verigator_service_get(caller->ctx, caller->id, NULL);
    return NULL;
}

static void begin(struct caller *callers, const verigator_ctx *ctx, const char *id) {
    for (int i = 0; i < THREADS; i++) {
        callers[i] = (struct caller){.ctx = ctx, .id = id};
        CHECK(pthread_create(&callers[i].thread, NULL, ask_once, &callers[i]) == 0);
    }
}

/* Returns how many were answered. */
static int end(const struct caller *callers) {
    int answered = 0;
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_join(callers[i].thread, NULL) == 0);
        answered += callers[i].status == VERIGATOR_OK;
    }
    return answered;
}

static void then_call(verigator_ctx *ctx, int first_kind) {
    is_in_time(ask_for(ctx, "s"));
    close_all_and_open_others(first_kind);
    is_answered_in_the_end(ctx, 1);
    CHECK_STATUS(verigator_ctx_close(ctx), VERIGATOR_OK);
}

static void then_free(verigator_ctx *ctx, int first_kind) {
    is_in_time(ask_for(ctx, "s"));
    close_all_and_open_others(first_kind);
    (void)ctx;
}

static void then_close(verigator_ctx *ctx, int first_kind) {
    is_in_time(ask_for(ctx, "s"));
    close_all_and_open_others(first_kind);
    CHECK_STATUS(verigator_ctx_close(ctx), VERIGATOR_OK);
}

static void with_many_kept(verigator_ctx *ctx, int first_kind) {
    struct caller callers[THREADS];
    begin(callers, ctx, "together");
    end(callers);
    for (int i = 0; i < THREADS; i++) {
        is_in_time(callers[i].status);
    }
    close_all_and_open_others(first_kind);
    is_answered_in_the_end(ctx, THREADS);
}

static bool is_waiting(const char *thread) {
    char path[64], line[256] = "";
    snprintf(path, sizeof path, "/proc/self/task/%.20s/stat", thread);
    FILE *file = fopen(path, "r");
    CHECK(file && fgets(line, sizeof line, file));
    if (file) {
        fclose(file);
    }
    return strstr(line, ") S ") != NULL;
}

/* That a request has come does not say that its sender waits for the reply already. */
static void wait_until_others_wait(void) {
    int waiting;
    do {
        waiting = 0;
        DIR *threads = opendir("/proc/self/task");
        CHECK(threads != NULL);
        for (struct dirent *one; threads && (one = readdir(threads));) {
            waiting += one->d_name[0] != '.' && is_waiting(one->d_name);
        }
        closedir(threads);
    } while (waiting < THREADS);
}

static void while_others_are_blocked(verigator_ctx *ctx, int first_kind) {
    struct caller callers[THREADS];
    begin(callers, ctx, "blocked");
    is_in_time(ask_for(ctx, "after-the-blocked"));
    wait_until_others_wait();
    close_all_and_open_others(first_kind);
    CHECK_STATUS(verigator_ctx_close(ctx), VERIGATOR_OK);
    CHECK(end(callers) == 0);
}

static void then_fork(verigator_ctx *ctx, int first_kind) {
    is_in_time(ask_for(ctx, "s"));
    close_all_and_open_others(first_kind);
    pid_t child = fork();
    if (child == 0) {
        alarm(MOST_SECONDS);
        is_answered_in_the_end(ctx, 1);
        CHECK_STATUS(verigator_ctx_free(ctx), VERIGATOR_OK);
        _exit(checks_failed != 0);
    }
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    is_answered_in_the_end(ctx, 1);
}

static const char *const names[] = {"call", "free", "close", "many", "blocked", "fork"};
static void (*const runs[])(verigator_ctx *ctx, int first_kind) = {
    then_call, then_free, then_close, with_many_kept, while_others_are_blocked, then_fork};

int main(int argc, char **argv) {
    if (argc < 6) {
        return 2;
    }
    base_url = argv[3];
    ca_file = argv[4];
    timeout_ms = (uint32_t)atoi(argv[5]);
    proxy = argc > 6 ? argv[6] : NULL;
    alarm(MOST_SECONDS); /* A bound for a hang, not a measure. */
    signal(SIGPIPE, SIG_DFL);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(argv[1], names[i]) == 0) {
            verigator_ctx *ctx = context_with(base_url, configure);
            runs[i](ctx, atoi(argv[2]));
            CHECK_STATUS(verigator_ctx_free(ctx), VERIGATOR_OK);
            all_are_untouched();
            return finish();
        }
    }
    return 2;
}

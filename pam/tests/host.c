/*
 * A host of PAM that is hard on its modules: host MODE SERVICE USER ANSWER ...
 *
 * It authenticates in the circumstances that MODE names, answers prompts with the answers in their
 * order, prints each prompt, and ends with what PAM said: "result NUMBER".
 */
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <security/pam_appl.h>

static char **answers;
static int out;
static pam_handle_t *handle;

static int converse(int count, const struct pam_message **messages, struct pam_response **responses,
                    void *data) {
    (void)data;
    dprintf(out, "%d message%s of style %d: %s\n", count, count == 1 ? "" : "s",
            messages[0]->msg_style, messages[0]->msg);
    if (count != 1 || *answers == NULL)
        return PAM_CONV_ERR;
    *responses = calloc(1, sizeof **responses);
    /* An answer that is no answer, as of a conversation that was interrupted. */
    if (strcmp(*answers, "NULL") != 0)
        (*responses)->resp = strdup(*answers);
    answers++;
    return PAM_SUCCESS;
}

static void *authenticate(void *nothing) {
    (void)nothing;
    dprintf(out, "result %d\n", pam_authenticate(handle, 0));
    return NULL;
}

static void *wait_for_ever(void *nothing) {
    while (pause() < 0)
        ;
    return nothing;
}

/* As many servers do, whatever child it was. */
static void reap_everything(int number) {
    (void)number;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        ;
}

static void prepare(const char *mode) {
    static struct sigaction reaper = {.sa_handler = reap_everything, .sa_flags = SA_RESTART};
    static const struct rlimit few_files = {6, 6}, little_memory = {64 << 20, 64 << 20};
    pthread_t thread;

    if (strcmp(mode, "ignores-children") == 0)
        signal(SIGCHLD, SIG_IGN);
    else if (strcmp(mode, "reaps-children") == 0)
        sigaction(SIGCHLD, &reaper, NULL);
    else if (strcmp(mode, "closed-descriptors") == 0)
        close(0), close(1), close(2);
    else if (strcmp(mode, "few-files") == 0)
        setrlimit(RLIMIT_NOFILE, &few_files);
    else if (strcmp(mode, "little-memory") == 0)
        setrlimit(RLIMIT_AS, &little_memory);
    else if (strcmp(mode, "in-thread") == 0)
        pthread_create(&thread, NULL, wait_for_ever, NULL);
    else if (strcmp(mode, "blocked-signals") == 0) {
        sigset_t all;

        sigfillset(&all);
        sigprocmask(SIG_SETMASK, &all, NULL);
    } else if (strcmp(mode, "freed") == 0) {
        /* Faults, for the tests of what finds them. */
        char *volatile byte = malloc(1);

        free(byte);
        *byte = 'x';
    } else if (strcmp(mode, "undefined") == 0) {
        volatile int number = INT_MAX;

        number++;
    } else if (strcmp(mode, "plain") != 0 && strcmp(mode, "no-conversation") != 0 &&
               strcmp(mode, "in-fork") != 0)
        abort();
}

int main(int argc, char **argv) {
    struct pam_conv conversation = {converse, NULL};
    const char *mode = argv[1];
    pthread_t thread;

    if (argc < 4)
        return 2;
    out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 100);
    answers = argv + 4;
    if (strcmp(mode, "no-conversation") == 0)
        conversation.conv = NULL;
    if (pam_start(argv[2], argv[3], &conversation, &handle) != PAM_SUCCESS)
        return 3;
    prepare(mode);
    if (strcmp(mode, "in-thread") == 0) {
        pthread_create(&thread, NULL, authenticate, NULL);
        pthread_join(thread, NULL);
    } else if (strcmp(mode, "in-fork") == 0) {
        /* Loaded and used before the fork, used again in the child, which ends the handle. */
        authenticate(NULL);
        if (fork() == 0) {
            authenticate(NULL);
            pam_end(handle, PAM_SUCCESS | PAM_DATA_SILENT);
            _exit(0);
        }
        while (wait(NULL) > 0)
            ;
    } else
        authenticate(NULL);
    pam_end(handle, PAM_SUCCESS);
    /* A module leaves no child behind. */
    dprintf(out, "children %d\n", waitpid(-1, NULL, WNOHANG) >= 0);
    return 0;
}

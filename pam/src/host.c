#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "wipe.h"

#ifndef VERIGATOR_PAM
#error "VERIGATOR_PAM must be the absolute path of the program verigator-pam"
#endif

void request_add(struct request *request, const char *name, const char *value) {
    size_t name_length = strlen(name), value_length;

    if (value == NULL)
        return;
    value_length = strlen(value);
    /* The two are added one at a time so that no sum overflows. */
    if (request->too_long || value_length > CHANNEL_MAX ||
        name_length + value_length + 2 > CHANNEL_MAX - request->length) {
        request->too_long = true;
        return;
    }
    memcpy(request->text + request->length, name, name_length);
    request->length += name_length;
    request->text[request->length++] = '=';
    memcpy(request->text + request->length, value, value_length + 1);
    request->length += value_length + 1;
}

/*
 * In the child of a process that may have any number of threads, so with nothing but system calls.
 * The program itself sees to the rest: descriptors, signals, limits.
 */
static void become_program(int socket) {
    static char name[] = "verigator-pam";
    char *arguments[] = {name, NULL}, *environment[] = {NULL};
    int null;

    if (dup2(socket, STDIN_FILENO) < 0 || fcntl(STDIN_FILENO, F_SETFD, 0) < 0)
        _exit(127);
    null = open("/dev/null", O_RDWR);
    if (null < 0 || dup2(null, STDOUT_FILENO) < 0 || dup2(null, STDERR_FILENO) < 0)
        _exit(127);
    /*
     * su and sudo are root by their effective id only; the program trusts whoever is root by the
     * real one. The system call itself, since that of the C library looks for other threads.
     */
    if (geteuid() == 0 &&
        (syscall(SYS_setresgid, 0, 0, 0) != 0 || syscall(SYS_setresuid, 0, 0, 0) != 0))
        _exit(127);
    execve(VERIGATOR_PAM, arguments, environment);
    _exit(127);
}

/* Answers a prompt; false if there is no answer or nobody to take it. */
static bool answer(int socket, const char *text, host_prompt prompt, void *person) {
    char *said = prompt(person, text);
    bool sent = false;

    if (said != NULL) {
        size_t length = strlen(said);

        /* What is too long is no code; the program counts it as a wrong one. */
        sent =
            channel_send(socket, MESSAGE_ANSWER, said, length > CHANNEL_MAX ? CHANNEL_MAX : length);
        wipe(said, length);
        free(said);
    }
    return sent;
}

static enum verdict converse(int socket, const struct request *request, host_prompt prompt,
                             void *person, const char **problem) {
    struct message message;

    *problem = VERIGATOR_PAM " ended without a verdict; is it installed whole, and does what it "
                             "logged itself tell why?";
    if (!channel_send(socket, MESSAGE_REQUEST, request->text, request->length))
        return VERDICT_DENIED;
    for (;;) {
        switch (channel_receive(socket, -1, &message)) {
        case MESSAGE_PROMPT:
            if (!answer(socket, message.text, prompt, person)) {
                *problem = NULL;
                return VERDICT_DENIED;
            }
            break;
        case MESSAGE_VERDICT:
            *problem = NULL;
            return message.length == 1 ? (enum verdict)message.text[0] : VERDICT_DENIED;
        default:
            return VERDICT_DENIED;
        }
    }
}

enum verdict host_run(const struct request *request, host_prompt prompt, void *person,
                      const char **problem) {
    enum verdict verdict;
    int sockets[2];
    pid_t program;

    if (request->too_long) {
        *problem = "the names of the login, or the arguments, are too long";
        return VERDICT_DENIED;
    }
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) {
        *problem = "no socket could be made";
        return VERDICT_DENIED;
    }
    program = fork();
    if (program == 0)
        become_program(sockets[1]);
    close(sockets[1]);
    if (program < 0) {
        close(sockets[0]);
        *problem = "no process could be made";
        return VERDICT_DENIED;
    }
    verdict = converse(sockets[0], request, prompt, person, problem);
    close(sockets[0]);
    /*
     * The verdict came by the socket. How the program ended is of no account, since a host that
     * reaps its children, or ignores SIGCHLD, may be told of it in our place.
     */
    while (waitpid(program, NULL, 0) < 0 && errno == EINTR)
        ;
    return verdict;
}

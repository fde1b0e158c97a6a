/*
 * verigator-ssh-login, for sshd's ForceCommand: asks for a second factor on the terminal, then
 * becomes what the person came for. Nothing goes to its standard output, which is another program's
 * protocol.
 */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host.h"
#include "wipe.h"

/* EX_NOPERM of sysexits.h. */
#define DENIED 77
#define CODE_VARIABLE "VERIGATOR_CODE"

static char *prompt(void *person, const char *text) {
    FILE *terminal = person;
    char *answer = NULL;
    size_t size = 0;
    ssize_t length;

    if (terminal == NULL) {
        fputs(
            "verigator-ssh-login: there is no terminal to ask for a code on. Use ssh -t, or send a "
            "code in " CODE_VARIABLE ", if this machine takes that.\n",
            stderr);
        return NULL;
    }
    fputs(text, terminal);
    fflush(terminal);
    length = getline(&answer, &size, terminal);
    if (length < 0) {
        free(answer);
        return NULL;
    }
    answer[strcspn(answer, "\n")] = '\0';
    return answer;
}

static FILE *open_terminal(void) {
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

    return fd < 0 ? NULL : fdopen(fd, "r+");
}

/* The person's shell, as sshd would have run it. */
static int become_shell(const struct passwd *entry) {
    const char *command = getenv("SSH_ORIGINAL_COMMAND");
    const char *shell = entry->pw_shell[0] == '\0' ? "/bin/sh" : entry->pw_shell;
    const char *slash = strrchr(shell, '/'), *base = slash == NULL ? shell : slash + 1;
    char name[256];

    snprintf(name, sizeof name, "%s%s", command == NULL ? "-" : "", base);
    if (command == NULL)
        execl(shell, name, (char *)NULL);
    else
        execl(shell, name, "-c", command, (char *)NULL);
    fprintf(stderr, "verigator-ssh-login: %s cannot be run: %s\n", shell, strerror(errno));
    return 126;
}

int main(void) {
    struct request request = {.length = 0, .too_long = false};
    const struct passwd *entry = getpwuid(getuid());
    const char *problem = NULL;
    FILE *terminal = open_terminal();
    enum verdict verdict;

    if (entry == NULL) {
        fputs("verigator-ssh-login: this user id has no name\n", stderr);
        return DENIED;
    }
    request_add(&request, "user", entry->pw_name);
    request_add(&request, "host", "verigator-ssh-login");
    request_add(&request, "code", getenv(CODE_VARIABLE));
    /* It is used up, and nobody else's. */
    unsetenv(CODE_VARIABLE);
    verdict = host_run(&request, prompt, terminal, &problem);
    wipe(&request, sizeof request);
    if (problem != NULL)
        fprintf(stderr, "verigator-ssh-login: %s\n", problem);
    if (verdict == VERDICT_VERIFIED || verdict == VERDICT_PASSED || verdict == VERDICT_EXEMPT)
        return become_shell(entry);
    fputs("verigator-ssh-login: denied\n", stderr);
    return DENIED;
}

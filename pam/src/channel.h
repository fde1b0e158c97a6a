/*
 * Messages between a host (the PAM module, verigator-ssh-login) and the program verigator-pam.
 *
 * One message is one packet of a SOCK_SEQPACKET socket: a letter for its kind, then what it says.
 * The host begins with a request; then the program prompts and the host answers, until the program
 * gives its verdict. Whoever has nothing more to say closes its end.
 */
#ifndef CHANNEL_H
#define CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The most bytes that a message says. */
#define CHANNEL_MAX 8192

enum message_kind {
    /* There is none: the other end closed, broke the rules, or took too long. */
    MESSAGE_NONE = 0,
    /* Fields "name=value", each with its NUL. */
    MESSAGE_REQUEST = 'R',
    MESSAGE_PROMPT = 'P',
    MESSAGE_ANSWER = 'A',
    /* One letter, an enum verdict. */
    MESSAGE_VERDICT = 'V',
};

/* What it comes to. A host takes a letter that is not here for DENIED. */
enum verdict {
    VERDICT_DENIED = 'd',
    VERDICT_VERIFIED = 'v',
    /* The person is not asked for a code: by group or address. */
    VERDICT_EXEMPT = 'e',
    /* The service is away, and the configuration says to let people in without it. */
    VERDICT_PASSED = 'p',
};

struct message {
    enum message_kind kind;
    size_t length;
    /* Always followed by a NUL. */
    char text[CHANNEL_MAX + 1];
};

/* Sends a message; false if the other end is gone or it is too long. Raises no signal. */
bool channel_send(int fd, enum message_kind kind, const char *text, size_t length);

/*
 * Waits for a message until `deadline`, a time of deadline_now(), or without end if that is
 * negative. Returns its kind, MESSAGE_NONE if there is none.
 */
enum message_kind channel_receive(int fd, int64_t deadline, struct message *message);

/* Milliseconds of a clock that nobody sets. */
int64_t deadline_now(void);

#endif

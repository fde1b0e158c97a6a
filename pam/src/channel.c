#include "channel.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>

int64_t deadline_now(void) {
    struct timespec now;
    /* It goes on while the machine sleeps, and cannot fail. */
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool channel_send(int fd, enum message_kind kind, const char *text, size_t length) {
    char letter = (char)kind;
    struct iovec parts[] = {{&letter, 1}, {(void *)text, length}};
    const struct msghdr packet = {.msg_iov = parts, .msg_iovlen = 2};
    ssize_t sent;

    if (length > CHANNEL_MAX)
        return false;
    do
        sent = sendmsg(fd, &packet, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)length + 1;
}

/* Whether there is something to read before the deadline. */
static bool is_readable(int fd, int64_t deadline) {
    struct pollfd watched = {.fd = fd, .events = POLLIN};

    for (;;) {
        int64_t left = -1;
        int ready;

        if (deadline >= 0) {
            left = deadline - deadline_now();
            if (left < 0)
                return false;
        }
        ready = poll(&watched, 1, left > 3600000 ? 3600000 : (int)left);
        if (ready > 0)
            return true;
        if (ready < 0 && errno != EINTR)
            return false;
    }
}

enum message_kind channel_receive(int fd, int64_t deadline, struct message *message) {
    char letter = 0;
    struct iovec parts[] = {{&letter, 1}, {message->text, CHANNEL_MAX}};
    struct msghdr packet = {.msg_iov = parts, .msg_iovlen = 2};
    ssize_t received;

    message->kind = MESSAGE_NONE;
    message->length = 0;
    message->text[0] = '\0';
    do {
        if (!is_readable(fd, deadline))
            return MESSAGE_NONE;
        received = recvmsg(fd, &packet, MSG_CMSG_CLOEXEC);
    } while (received < 0 && errno == EINTR);
    if (received < 1 || (packet.msg_flags & MSG_TRUNC) != 0)
        return MESSAGE_NONE;
    message->length = (size_t)received - 1;
    message->text[message->length] = '\0';
    switch (letter) {
    case MESSAGE_REQUEST:
    case MESSAGE_PROMPT:
    case MESSAGE_ANSWER:
    case MESSAGE_VERDICT:
        message->kind = (enum message_kind)letter;
        break;
    default:
        break;
    }
    return message->kind;
}

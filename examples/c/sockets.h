/* The sockets of POSIX and those of Windows, by the same names. */
#ifndef SOCKETS_H
#define SOCKETS_H

#include <stdbool.h>

#ifdef _WIN32

#include <winsock2.h>
#include <ws2tcpip.h>

enum { MSG_NOSIGNAL = 0, SHUT_WR = SD_SEND };

/* To be called before any other; as often as one likes. */
static inline bool start_sockets(void) {
    WSADATA data;
    return WSAStartup(MAKEWORD(2, 2), &data) == 0;
}

static inline void close_socket(int peer) {
    closesocket((SOCKET)peer);
}

static inline int poll(struct pollfd *watched, unsigned long count, int timeout_ms) {
    return WSAPoll(watched, count, timeout_ms);
}

#else

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

static inline bool start_sockets(void) {
    return true;
}

static inline void close_socket(int peer) {
    close(peer);
}

#endif

#endif

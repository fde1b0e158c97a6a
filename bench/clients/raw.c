/* The floor: a prebuilt request is written and the reply is read, without a look at it. */

#define _POSIX_C_SOURCE 200809L

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "measure.h"

#define BODY "{\"token\":\"" BENCH_TOKEN "\"}"

typedef struct connection {
    int socket;
    char request[512];
    size_t length;
} connection;

static void *open_thread(const bench_options *options, void *shared) {
    (void)shared;
    struct sockaddr_in address = {.sin_family = AF_INET};
    unsigned port = 0;
    char host[16];
    if (options->connections != BENCH_KEPT || options->proxy != NULL ||
        sscanf(options->url, "http://%15[0-9.]:%u", host, &port) != 2 ||
        inet_pton(AF_INET, host, &address.sin_addr) != 1) {
        bench_fail("raw does plain http to an IPv4 address only, kept alive");
    }
    address.sin_port = htons((unsigned short)port);
    connection *made = calloc(1, sizeof *made);
    int one = 1;
    made->socket = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(made->socket, (struct sockaddr *)&address, sizeof address) != 0 ||
        setsockopt(made->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) != 0) {
        bench_fail("raw cannot connect");
    }
    made->length = (size_t)snprintf(
        made->request, sizeof made->request,
        "PUT " BENCH_PATH " HTTP/1.1\r\nHost: %s:%u\r\nAccept: application/json\r\n"
        "User-Agent: raw/1.0\r\nX-Service-Auth: " BENCH_USERNAME ":" BENCH_PASSWORD "\r\n"
        "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n" BODY,
        host, port, sizeof BODY - 1);
    return made;
}

/* Reads a reply to its end, which Content-Length tells; returns the body. */
static const char *read_reply(int socket, char *reply, size_t capacity) {
    size_t filled = 0;
    for (;;) {
        ssize_t got = recv(socket, reply + filled, capacity - 1 - filled, 0);
        if (got <= 0) {
            return NULL;
        }
        filled += (size_t)got;
        reply[filled] = '\0';
        const char *body = strstr(reply, "\r\n\r\n");
        const char *length = strstr(reply, "Content-Length: ");
        if (body != NULL && length != NULL && length < body) {
            body += 4;
            size_t whole = (size_t)(body - reply) + strtoul(length + 16, NULL, 10);
            if (filled >= whole) {
                return body;
            }
        }
    }
}

static bool call(void *state) {
    connection *self = state;
    char reply[4096];
    if (send(self->socket, self->request, self->length, MSG_NOSIGNAL) != (ssize_t)self->length) {
        return false;
    }
    const char *body = read_reply(self->socket, reply, sizeof reply);
    return body != NULL && strstr(body, "\"verified\":true") != NULL;
}

int main(int argc, char **argv) {
    bench_options options = bench_parse(argc, argv);
    return bench_run(&options, &(bench_client){.open_thread = open_thread, .call = call});
}

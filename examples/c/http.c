#define _POSIX_C_SOURCE 200809L

#include "http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sockets.h"

static int connect_to(const char *base_url) {
    char host[64];
    unsigned port = 0;
    struct sockaddr_in address = {.sin_family = AF_INET};
    if (!start_sockets() || sscanf(base_url, "http://%63[0-9.]:%u", host, &port) != 2 ||
        inet_pton(AF_INET, host, &address.sin_addr) != 1) {
        return -1;
    }
    address.sin_port = htons((unsigned short)port);
    int peer = (int)socket(AF_INET, SOCK_STREAM, 0);
    if (peer >= 0 && connect(peer, (struct sockaddr *)&address, sizeof address) != 0) {
        close_socket(peer);
        return -1;
    }
    return peer;
}

static bool send_all(int peer, const char *bytes, size_t length) {
    while (length > 0) {
        int sent = (int)send(peer, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        bytes += sent;
        length -= (size_t)sent;
    }
    return true;
}

/* Reads until the server closes. */
static size_t receive_all(int peer, char *bytes, size_t size) {
    size_t length = 0;
    int received;
    while (length + 1 < size &&
           (received = (int)recv(peer, bytes + length, size - length - 1, 0)) > 0) {
        length += (size_t)received;
    }
    bytes[length] = '\0';
    return length;
}

bool http_request(const char *base_url, const char *method, const char *path, const char *body,
                  char *reply, size_t size) {
    static const size_t most = 1 << 20;
    char head[1024];
    body = body ? body : "";
    int length = snprintf(head, sizeof head,
                          "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n"
                          "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
                          method, path, base_url + strlen("http://"), strlen(body));
    int peer = connect_to(base_url);
    char *whole = malloc(most);
    bool done = peer >= 0 && whole && length > 0 && (size_t)length < sizeof head &&
                send_all(peer, head, (size_t)length) && send_all(peer, body, strlen(body)) &&
                receive_all(peer, whole, most) > 0 && strncmp(whole, "HTTP/1.1 2", 10) == 0;
    const char *end = done ? strstr(whole, "\r\n\r\n") : NULL;
    if (end && reply) {
        snprintf(reply, size, "%s", end + 4);
    }
    free(whole);
    if (peer >= 0) {
        close_socket(peer);
    }
    return end != NULL;
}

bool json_text(const char *json, const char *key, char *text, size_t size) {
    char pattern[64];
    const char *found = NULL;
    snprintf(pattern, sizeof pattern, "\"%s\":\"", key);
    for (const char *next = json; (next = strstr(next, pattern)) != NULL;) {
        next += strlen(pattern);
        found = next;
    }
    size_t length = found ? strcspn(found, "\"") : size;
    if (length >= size) {
        return false;
    }
    memcpy(text, found, length);
    text[length] = '\0';
    return true;
}

#include "silent.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "measure.h"

int silent_listen(char url[64]) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) != 0 ||
        listen(listener, SOMAXCONN) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) != 0) {
        bench_fail("no socket to listen on");
    }
    snprintf(url, 64, "http://127.0.0.1:%d", ntohs(address.sin_port));
    return listener;
}

int silent_accept(int listener) {
    char byte;
    int peer = accept(listener, NULL, NULL);
    if (peer < 0 || read(peer, &byte, 1) != 1) {
        bench_fail("no request came");
    }
    return peer;
}

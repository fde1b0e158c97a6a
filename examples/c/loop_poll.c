/* Many logins on one thread, whose loop is poll(2). */
#include <stdint.h>
#include <stdio.h>

#include "logins.h"
#include "sockets.h"

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: %s BASE_URL   such as http://127.0.0.1:8080\n", argv[0]);
        return 2;
    }
    int32_t fd = -1;
    must(verigator_queue_fd(logins_begin(argv[1]), &fd), "descriptor");

    /* What else the program waits for comes in here too. */
    struct pollfd watched[] = {{.fd = fd, .events = POLLIN}};
    do {
        poll(watched, sizeof watched / sizeof *watched, -1);
    } while (logins_go_on());
    return logins_end();
}

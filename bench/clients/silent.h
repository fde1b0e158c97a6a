/* A service that never answers, for what is measured while calls wait. */

#ifndef BENCH_SILENT_H
#define BENCH_SILENT_H

/* Listens on a port of loopback, and writes the base URL. */
int silent_listen(char url[64]);

/* Accepts a connection and reads the first of its request; returns it. */
int silent_accept(int listener);

#endif

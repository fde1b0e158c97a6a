/*
 * What is told to the system's log: one line, that a person understands, and that nobody who
 * chooses a name can forge.
 */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Opens the log; with `on_terminal` what is told goes to the standard error instead. */
void report_open(bool on_terminal);

/* What the lines to come are about. */
void report_about(const char *host, const char *user, const char *address);

/* Tells something, at a level of syslog. */
__attribute__((format(printf, 2, 3))) void report(int level, const char *format, ...);

/* Writes a name with quotes around it and everything in it that could be taken for text escaped. */
void quote(const char *name, char *quoted, size_t size);

/* The same for use within an expression; good until the end of the block. */
#define QUOTED_MAX 256
#define QUOTED(name) quoted_in((char[QUOTED_MAX]){0}, (name))
const char *quoted_in(char *space, const char *name);

#endif

/*
 * What the administrator has decided: the file with the account and the options, and the arguments
 * of the PAM module.
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

/* Says what was wrong, with which value and where; never a secret. */
struct problem {
    char text[512];
};

/* Writes the problem; returns false, for the caller to return. */
__attribute__((format(printf, 2, 3))) bool wrong(struct problem *problem, const char *format, ...);

enum method {
    /* A code of the app, or one by SMS if the person asks for it. */
    METHOD_ANY,
    METHOD_TOTP,
    METHOD_SMS,
};

struct settings {
    /* Where the service is, and how it is reached; NULL where the library's default holds. */
    char *url, *address, *ca_file, *pinned_key, *client_certificate, *client_key;
    char *proxy, *proxy_username, *proxy_password;
    char *username, *password, *service;
    /* Who is asked. */
    char *users, *groups, *exempt_groups, *exempt_addresses;
    bool ask_caller;
    /* How. */
    enum method method;
    int prompts;
    int timeout_seconds;
    bool fail_safe;
    bool accept_code_of_environment;
    char *run_as;
};

/* How a file may be: of root alone, or one that others may read. */
enum readers { READERS_ROOT, READERS_ALL };

/*
 * Reads a whole file that only root can have written. It is judged by its descriptor, so that it
 * cannot become another one in between. `*text` is for free_secret.
 */
bool read_file(const char *path, enum readers readers, char **text, struct problem *problem);

/* One line of such a file, "name = value", without the blanks around. */
struct line {
    int number;
    char *name, *value;
};

/*
 * Takes the next line that says something out of `*rest`, which is changed. False at the end, with
 * an empty problem, and where a line is wrong. The last "=" divides if `last`, otherwise the first.
 */
bool next_line(char **rest, bool last, struct line *line, const char *path,
               struct problem *problem);

/* Begins with the defaults. */
void settings_begin(struct settings *settings);

/* Takes what the file says. */
bool settings_read(struct settings *settings, const char *path, struct problem *problem);

/* Takes an argument, "name=value", which goes before what the file says. */
bool settings_override(struct settings *settings, const char *argument, struct problem *problem);

/* Judges it as a whole. */
bool settings_check(const struct settings *settings, struct problem *problem);

/* Wipes and frees all of it. */
void settings_end(struct settings *settings);

/* Wipes and frees a text; NULL does nothing. */
void free_secret(char *text);

#endif

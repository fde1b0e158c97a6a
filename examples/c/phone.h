/* The user's phone, played by the program: it receives text messages (from verigator-server's
 * outbox) and holds an authenticator app. */
#ifndef PHONE_H
#define PHONE_H

#include <stdbool.h>

/* Reads the PIN in the newest text message to the user. */
bool phone_read_pin(const char *base_url, const char *user_id, char pin[7]);

/* Scans the QR code that the service shows the user and confirms it with a first code. The app then
 * holds `secret`. */
bool phone_enrol(const char *base_url, const char *service_id, const char *user_id,
                 char secret[65]);

/* Writes the code after the one that the app shows now: the one shown now confirmed the enrolment
 * and is spent. A server takes it a step early, since clocks differ. */
bool phone_next_code(const char *secret, char code[7]);

#endif

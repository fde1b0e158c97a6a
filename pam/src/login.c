#include "login.h"

#include <string.h>
#include <syslog.h>
#include <time.h>

#include "people.h"
#include "report.h"
#include "wipe.h"

/*
 * An answer that does not let in is not told of before this: it takes the service longer to look at
 * a code of somebody whom it knows.
 */
#define LEAST_ANSWER_MS 1000

#define CODE_MAX 64

/* How far the login is. */
struct progress {
    verigator_challenge *challenge;
    /* The person has asked for a message. */
    bool by_sms;
    /* A start was answered with yes: the service is there. */
    bool started;
    /* The user was looked for. */
    bool looked_up;
    int tries_left;
    /* The last answer was no. */
    bool was_wrong;
};

/* What an answer leads to: a verdict, or another prompt. */
enum step { STEP_WRONG, STEP_SENT, STEP_VERDICT };

static void write_prompt(const struct login *login, const struct progress *progress, char *prompt,
                         size_t size) {
    enum method method = login->settings->method;
    const char *ask = "Verification code: ";
    char no[128] = "";

    if (progress->was_wrong)
        snprintf(no, sizeof no,
                 "Not accepted: wrong, used before, or too early after wrong ones. "
                 "%d %s left. ",
                 progress->tries_left, progress->tries_left == 1 ? "try" : "tries");
    if (progress->by_sms)
        ask = "If your phone is known here, a verification code is on its way to it by SMS. "
              "Verification code: ";
    else if (method == METHOD_ANY)
        ask = "Verification code, or press Enter to get one by SMS: ";
    else if (method == METHOD_SMS)
        ask = "Press Enter to get a verification code by SMS: ";
    snprintf(prompt, size, "%s%s", no,
             progress->was_wrong && progress->by_sms ? "Verification code: " : ask);
}

/*
 * Whether sshd has put this in the place of an answer, as it does for somebody whom it denies
 * whatever is typed. Every code is wrong then, and only the log can tell why.
 */
static bool is_of_sshd(const char *answer) {
    static const char instead[] = "\b\n\r\177INCORRECT";
    size_t length = 0;

    while (answer[length] != '\0' && answer[length] == instead[length % (sizeof instead - 1)])
        length++;
    return length > 0 && answer[length] == '\0';
}

/* Asks, and writes the answer without its blanks; false if there is none. */
static bool ask(const struct login *login, const struct progress *progress,
                char answer[CODE_MAX + 1]) {
    struct message message;
    char prompt[512];
    size_t length = 0;
    bool is_answer, is_code = true;

    write_prompt(login, progress, prompt, sizeof prompt);
    is_answer =
        channel_send(login->channel, MESSAGE_PROMPT, prompt, strlen(prompt)) &&
        channel_receive(login->channel, login->service.deadline, &message) == MESSAGE_ANSWER;
    if (is_answer && is_of_sshd(message.text))
        report(LOG_WARNING,
               "sshd has replaced the answer, since it denies this user whatever is typed: see "
               "PermitRootLogin, AllowUsers and DenyUsers in sshd_config(5)");
    for (const char *byte = message.text; is_answer && *byte != '\0'; byte++) {
        if (strchr(" \t\r\n", *byte) != NULL)
            continue;
        is_code = is_code && *byte > ' ' && *byte < 0x7f && length < CODE_MAX;
        if (is_code)
            answer[length++] = *byte;
    }
    /* What can be no code is not sent, but it is no empty answer either. */
    if (!is_code)
        length = 0, answer[length++] = '?';
    answer[length] = '\0';
    wipe(&message, sizeof message);
    return is_answer;
}

static void wait_until(int64_t moment) {
    int64_t left = moment - deadline_now();
    struct timespec pause = {.tv_sec = left / 1000, .tv_nsec = left % 1000 * 1000000};

    if (left > 0)
        clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
}

/* What is to be done when the service said neither yes nor no. */
static enum verdict give_up(const struct login *login, const struct progress *progress,
                            const char *doing, enum outcome outcome,
                            const struct problem *problem) {
    if (outcome == OUTCOME_AWAY && login->settings->fail_safe && !progress->started &&
        !login->is_unmapped) {
        report(LOG_ALERT,
               "LET IN WITHOUT A SECOND FACTOR, since failmode is safe and the service is away: "
               "%s failed: %s",
               doing, problem->text);
        return VERDICT_PASSED;
    }
    report(LOG_ERR, "denied: %s failed: %s", doing, problem->text);
    return VERDICT_DENIED;
}

/* Finds the user, once; somebody whom the service does not know becomes nobody, whom it does not
 * either. */
static enum outcome look_up(struct login *login, struct progress *progress,
                            struct problem *problem) {
    enum outcome outcome = OUTCOME_DONE;
    bool has_app = true;

    if (progress->looked_up)
        return OUTCOME_DONE;
    if (login->is_unmapped)
        outcome = OUTCOME_NOT_THERE;
    else if (login->user.id[0] == '\0')
        outcome = service_find_user(&login->service, login->name, &login->user, problem);
    if (outcome == OUTCOME_NOT_THERE) {
        report(LOG_NOTICE, "no user of the service is %s", QUOTED(login->name));
        people_nobody(&login->user);
        outcome = OUTCOME_DONE;
    }
    /* Whoever has no app is sent a message instead, which this method is not to do. */
    if (outcome == OUTCOME_DONE && login->settings->method == METHOD_TOTP) {
        outcome = service_has_app(&login->service, &login->user, &has_app, problem);
        if (outcome == OUTCOME_NOT_THERE)
            outcome = OUTCOME_DONE;
        else if (outcome == OUTCOME_DONE && !has_app) {
            report(LOG_NOTICE, "the user has no authenticator app, and method is totp");
            people_nobody(&login->user);
        }
    }
    progress->looked_up = outcome == OUTCOME_DONE;
    return outcome;
}

/* Starts, in place of what was started before. */
static enum outcome start(struct login *login, struct progress *progress, verigator_method method,
                          struct problem *problem) {
    enum outcome outcome = look_up(login, progress, problem);

    if (outcome != OUTCOME_DONE)
        return outcome;
    verigator_challenge_free(progress->challenge);
    progress->challenge = NULL;
    outcome = service_start(&login->service, &login->user, method, &progress->challenge, problem);
    if (outcome == OUTCOME_NOT_THERE) {
        report(LOG_NOTICE, "nothing was started: %s", problem->text);
        if (verigator_challenge_new(method, NULL, &progress->challenge) != VERIGATOR_OK)
            return OUTCOME_FAILED;
        return OUTCOME_DONE;
    }
    if (outcome == OUTCOME_REFUSED)
        report(LOG_WARNING, "nothing was started: %s", problem->text);
    progress->started = progress->started || outcome == OUTCOME_DONE || outcome == OUTCOME_REFUSED;
    return outcome;
}

static const char *method_name(verigator_method method) {
    switch (method) {
    case VERIGATOR_METHOD_SMS:
        return "an SMS";
    case VERIGATOR_METHOD_TOTP:
        return "the authenticator app";
    case VERIGATOR_METHOD_RECOVERY_CODE:
        return "the recovery codes";
    default:
        return "a method that is not known here";
    }
}

static enum step check(struct login *login, struct progress *progress, const char *code,
                       enum verdict *verdict) {
    struct problem problem = {""};
    struct checked checked;
    enum outcome outcome =
        service_check(&login->service, &login->user, progress->challenge, code, &checked, &problem);

    if (checked.verified) {
        report(LOG_INFO, "verified by a code of %s", method_name(checked.method));
        *verdict = VERDICT_VERIFIED;
        return STEP_VERDICT;
    }
    if (outcome != OUTCOME_DONE && outcome != OUTCOME_NOT_THERE) {
        /* Somebody waits for a yes here: never safe. */
        progress->started = true;
        *verdict = give_up(login, progress, "the check of a code", outcome, &problem);
        return STEP_VERDICT;
    }
    report(LOG_NOTICE, "the code was not accepted%s",
           checked.throttled ? ": there were too many wrong ones; a locked user has to be unlocked"
           : checked.expired ? ": it, or the login that it was for, had expired"
           : outcome != OUTCOME_DONE ? ": no login was under way for it"
                                     : ": it was wrong, or used before");
    return STEP_WRONG;
}

/* Enter asks for a message, once. */
static enum step send_sms(struct login *login, struct progress *progress, enum verdict *verdict) {
    struct problem problem = {""};
    /* A person without an app has been sent one already, for a code that could not be the app's. */
    bool was_sent = verigator_challenge_method(progress->challenge) == VERIGATOR_METHOD_SMS;
    enum outcome outcome =
        was_sent ? OUTCOME_DONE : start(login, progress, VERIGATOR_METHOD_SMS, &problem);

    progress->by_sms = true;
    if (outcome == OUTCOME_DONE || outcome == OUTCOME_REFUSED)
        return STEP_SENT;
    *verdict = give_up(login, progress, "the start of a login", outcome, &problem);
    return STEP_VERDICT;
}

static enum step take(struct login *login, struct progress *progress, const char *answer,
                      enum verdict *verdict) {
    enum method method = login->settings->method;
    struct problem problem = {""};

    if (answer[0] == '\0' && method != METHOD_TOTP && !progress->by_sms)
        return send_sms(login, progress, verdict);
    /* A saved password, say, that a client sends without asking anybody. */
    if (answer[0] == '\0' || (method == METHOD_SMS && !progress->by_sms)) {
        report(LOG_NOTICE, "the answer was %s", answer[0] == '\0' ? "empty" : "no wish for an SMS");
        return STEP_WRONG;
    }
    if (progress->challenge == NULL) {
        enum outcome outcome = start(login, progress, VERIGATOR_METHOD_TOTP, &problem);

        if (outcome == OUTCOME_REFUSED)
            return STEP_WRONG;
        if (outcome != OUTCOME_DONE) {
            *verdict = give_up(login, progress, "the start of a login", outcome, &problem);
            return STEP_VERDICT;
        }
    }
    return check(login, progress, answer, verdict);
}

static enum verdict converse(struct login *login, struct progress *progress) {
    char answer[CODE_MAX + 1];
    enum verdict verdict = VERDICT_DENIED;
    const char *given = login->code;

    while (progress->tries_left > 0) {
        enum step step;
        int64_t answered;

        if (given != NULL)
            snprintf(answer, sizeof answer, "%s", given);
        else if (!ask(login, progress, answer)) {
            report(LOG_NOTICE, "denied: %s",
                   deadline_now() < login->service.deadline
                       ? "nobody answered the prompt"
                       : "the prompts were not answered within the time (option timeout)");
            return VERDICT_DENIED;
        }
        given = NULL;
        answered = deadline_now();
        step = take(login, progress, answer, &verdict);
        wipe(answer, sizeof answer);
        if (step == STEP_VERDICT)
            return verdict;
        progress->was_wrong = step == STEP_WRONG;
        progress->tries_left -= step == STEP_WRONG;
        wait_until(answered + LEAST_ANSWER_MS);
    }
    report(LOG_NOTICE, "denied: all tries are used up");
    return VERDICT_DENIED;
}

enum verdict login_run(struct login *login) {
    struct progress progress = {.tries_left = login->settings->prompts};
    enum verdict verdict = converse(login, &progress);

    verigator_challenge_free(progress.challenge);
    return verdict;
}

import com.messente.verigator.Service;
import com.messente.verigator.User;
import com.messente.verigator.Verigator;
import com.messente.verigator.VerigatorBuilder;
import com.messente.verigator.exceptions.InvalidDataException;
import com.messente.verigator.exceptions.NoSuchResourceException;
import com.messente.verigator.exceptions.ResourceAlreadyExists;
import com.messente.verigator.exceptions.ResourceForbiddenException;
import com.messente.verigator.exceptions.VerigatorException;
import com.messente.verigator.exceptions.WrongCredentialsException;
import com.messente.verigator.serializers.VerificationResponse;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * What can go wrong, and how a program tells one failure from another: each is brought about, and
 * printed as a line of {@code examples/failures.txt}.
 *
 * <p>What a program does is in {@link #call}, {@link #other}, {@link #printFailure} and {@link
 * #printAnswer}; the rest makes trouble, for which it needs a {@code verigator-server --dev
 * --chaos}. VERIGATOR_USERNAME, VERIGATOR_PASSWORD and VERIGATOR_BASE_URL say where, and as whom.
 */
public class Failures {
    private static final String WRONG = "That is not right. Please correct it.";
    private static final String TAKEN = "You are registered already.";
    private static final String OLD = "That code is too old. Ask for another.";
    private static final String NO_CODE = "If no code comes, ask for another.";
    private static final String WAIT = "Too many attempts. Wait a while.";
    private static final String LATER = "We cannot log you in now. Try again later.";
    private static final String BEGIN = "Please begin again, or call us.";
    private static final String CALL_US = "We cannot log you in. Please call us.";

    private static final String SERVER = System.getenv("VERIGATOR_BASE_URL");

    /** Something that may fail, and that may have an answer. */
    private interface Call {
        VerificationResponse run() throws Exception;
    }

    /** Makes a call and prints what it came to. */
    private static void call(String situation, Call call) throws Exception {
        try {
            printAnswer(situation, call.run());
        } catch (WrongCredentialsException failure) {
            printFailure(situation, failure, "wrong credentials", false, CALL_US);
        } catch (ResourceForbiddenException failure) {
            printFailure(situation, failure, "forbidden", false, CALL_US);
        } catch (NoSuchResourceException failure) {
            printFailure(situation, failure, "not found", false, BEGIN);
        } catch (ResourceAlreadyExists failure) {
            printFailure(situation, failure, "conflict", false, TAKEN);
        } catch (InvalidDataException failure) {
            printFailure(situation, failure, "invalid data", false, WRONG);
        } catch (VerigatorException failure) {
            other(situation, failure);
        }
    }

    /** Prints a failure that has no exception of its own. */
    private static void other(String situation, VerigatorException failure) {
        switch (failure.getStatusName()) {
            case "INVALID_ARGUMENT":
                printFailure(situation, failure, "invalid argument", false, WRONG);
                break;
            case "INVALID_CONFIG":
                printFailure(situation, failure, "invalid option", false, CALL_US);
                break;
            case "CLOSED":
                printFailure(situation, failure, "closed before the call", false, LATER);
                break;
            case "DNS":
                printFailure(situation, failure, "name not found", true, LATER);
                break;
            case "CONNECT":
                printFailure(situation, failure, "no connection", true, LATER);
                break;
            case "TLS":
                printFailure(situation, failure, "TLS failed", false, CALL_US);
                break;
            case "DISCONNECTED":
                printFailure(situation, failure, "connection broken", true, LATER);
                break;
            case "TIMEOUT":
                printFailure(situation, failure, "deadline passed", true, LATER);
                break;
            case "CANCELLED":
                printFailure(situation, failure, "closed during the call", false, LATER);
                break;
            case "PROXY":
                printFailure(situation, failure, "proxy failed", true, LATER);
                break;
            case "PROTOCOL":
                printFailure(situation, failure, "no valid reply", false, CALL_US);
                break;
            case "TOO_LARGE":
                printFailure(situation, failure, "reply too large", false, CALL_US);
                break;
            case "TOO_MANY_REQUESTS":
                printFailure(situation, failure, "too many requests", true, WAIT);
                break;
            default:
                if (failure.getHttpStatus() >= 500) {
                    printFailure(situation, failure, "service failed", true, LATER);
                } else {
                    // Also what a later version of the library may tell.
                    printFailure(situation, failure, "unexpected failure", false, CALL_US);
                }
        }
    }

    /** Every failure is a no. Whether to repeat the call depends on what the first one has done. */
    private static void printFailure(
            String situation,
            VerigatorException failure,
            String what,
            boolean maySucceed,
            String tell) {
        String sent = failure.isMaybeSent() ? "maybe" : "no";
        Duration wait = failure.getRetryAfter();
        if (!maySucceed) {
            printLine(situation, what, sent, "no", tell);
        } else if (!failure.isRetrySafe()) {
            // A start may have sent a code, and another start would end it.
            printLine(situation, what, sent, "if the user asks", NO_CODE);
        } else if (wait != null) {
            printLine(situation, what, sent, "after " + wait.toSeconds() + " s", tell);
        } else {
            printLine(situation, what, sent, "yes", tell);
        }
    }

    /** A no is an answer, and no failure. */
    private static void printAnswer(String situation, VerificationResponse answer) {
        if (answer.isVerified()) {
            printLine(situation, "verified", "yes", "no", "Welcome!");
        } else if (answer.getStatus().isThrottled()) {
            printLine(situation, "denied, throttled", "yes", "after a while", WAIT);
        } else if (answer.getStatus().isExpired()) {
            printLine(situation, "denied, expired", "yes", "with a new start", OLD);
        } else {
            printLine(situation, "denied", "yes", "with another code", WRONG);
        }
    }

    /** Prints one line of the table. */
    private static void printLine(
            String situation, String what, String sent, String again, String tell) {
        System.out.printf("%-28s%-24s%-7s%-19s%s%n", situation, what, sent, again, tell);
    }

    public static void main(String[] args) throws Exception {
        try (Verigator verigator = Verigator.builderFromEnvironment().build()) {
            Service service = verigator.createService("Example shop", "failures.example.com");
            User jane = service.registerUser("jane@example.com", "+3725555555");
            printLine("SITUATION", "WHAT HAPPENED", "SENT", "TRY AGAIN", "TELL THE USER");
            answers(jane);
            refusedCalls(jane);
            misbehaviour(jane);
            options(jane);
            closing(jane);
            service.delete();
        }
    }

    /** What the service answers to codes. */
    private static void answers(User jane) throws Exception {
        call("nothing was started", () -> jane.verifyPin("0000000"));
        jane.authenticateUsingTotp();
        call("the right code", () -> jane.verifyPin(code(jane)));
        call("a code used before", () -> jane.verifyPin(code(jane)));
        jane.authenticateUsingTotp();
        askServer("PUT", "/_/clock", "{\"advance\": 301}");
        call("an old code", () -> jane.verifyPin(code(jane)));
        jane.authenticateUsingTotp();
        call("a wrong code", () -> jane.verifyPin("0000000"));
        VerificationResponse answer = jane.verifyPin("0000000");
        while (!answer.getStatus().isThrottled()) {
            answer = jane.verifyPin("0000000");
        }
        printAnswer("too many wrong codes", answer);
    }

    /** Calls that ask for what cannot be. */
    private static void refusedCalls(User jane) throws Exception {
        Service service = jane.getService();
        call("an empty code", () -> jane.verifyPin(""));
        fails("a number that is none", () -> service.registerUser("john@example.com", "none"));
        fails("a user who exists", () -> service.registerUser("jane@example.com", "+3725555556"));
        fails("an unknown user", () -> new User(service, "nobody").authenticateUsingTotp());
    }

    /** Calls at a service that misbehaves. */
    private static void misbehaviour(User jane) throws Exception {
        String[][] effects = {
            {"another account's service", "\"status\": 403"},
            {"too many starts", "\"status\": 429, \"retry-after\": 7"},
            {"a start that fails", "\"status\": 503, \"retry-after\": 7"},
            {"a status unheard of", "\"status\": 418"},
            {"a broken connection", "\"drop\": true"},
            {"a reply that is none", "\"status\": 201, \"body\": \"It works!\""},
        };
        for (String[] effect : effects) {
            misbehave("start-authentication", effect[1]);
            fails(effect[0], jane::authenticateUsingTotp);
        }
        misbehave("get-user", "\"status\": 503, \"retry-after\": 7");
        fails("reading that fails", () -> jane.getService().getUser(jane.getId()));
    }

    /** Calls with options that are not right. */
    private static void options(User jane) throws Exception {
        startWith("an option that is none", jane, usual().baseUrl("ftp://localhost"));
        // A label has 63 characters at most.
        String unknown = "https://" + "0".repeat(64) + ".example";
        startWith("an unknown name", jane, usual().baseUrl(unknown));
        // Port 1 (tcpmux) is served by nobody.
        String nobody = "http://127.0.0.1:1";
        startWith("nobody listens", jane, usual().baseUrl(nobody));
        startWith("no TLS there", jane, usual().baseUrl(SERVER.replace("http:", "https:")));
        startWith("no proxy there", jane, usual().proxy(nobody));
        misbehave("start-authentication", "\"delay\": 60000");
        startWith("a slow service", jane, usual().timeout(Duration.ofMillis(500)));
        startWith("a long reply", jane, usual().maxResponseBytes(4));
        VerigatorBuilder wrong = Verigator.builder("demo", "wrong").baseUrl(SERVER);
        startWith("a wrong password", jane, wrong);
    }

    private static VerigatorBuilder usual() {
        return Verigator.builderFromEnvironment();
    }

    /** Starts with an option that cannot go well. */
    private static void startWith(String situation, User user, VerigatorBuilder builder)
            throws Exception {
        fails(
                situation,
                () -> {
                    try (Verigator verigator = builder.build()) {
                        start(verigator, user);
                    } catch (IllegalArgumentException refused) {
                        throw (VerigatorException) refused.getCause();
                    }
                });
    }

    /** Starts an authentication of the user by another client. */
    private static void start(Verigator verigator, User user) throws VerigatorException {
        Service service = new Service(user.getService().getServiceId(), verigator);
        new User(service, user.getId()).authenticateUsingTotp();
    }

    /** Calls on a client that is closed. */
    private static void closing(User jane) throws Exception {
        Verigator verigator = usual().build();
        misbehave("start-authentication", "\"delay\": 60000");
        String before = askServer("GET", "/_/chaos", null);
        Thread waiting =
                new Thread(
                        () -> {
                            try {
                                fails("closed meanwhile", () -> start(verigator, jane));
                            } catch (Exception problem) {
                                throw new AssertionError(problem);
                            }
                        });
        waiting.start();
        while (askServer("GET", "/_/chaos", null).equals(before)) {}
        verigator.close();
        waiting.join();
        fails("closed before", () -> start(verigator, jane));
    }

    /** Something that must fail. */
    private interface Vain {
        void run() throws Exception;
    }

    private static void fails(String situation, Vain vain) throws Exception {
        call(
                situation,
                () -> {
                    vain.run();
                    throw new AssertionError(situation + ": this should have failed");
                });
    }

    /** The code in the message that the user was sent last. */
    private static String code(User user) throws Exception {
        String messages = askServer("GET", "/_/outbox?user_id=" + user.getId(), null);
        int at = messages.lastIndexOf("\"pin\":\"") + 7;
        return messages.substring(at, at + 6);
    }

    /** Has the next such operation go wrong. */
    private static void misbehave(String operation, String effect) throws Exception {
        String rule = "[{\"operation\": \"" + operation + "\", \"times\": 1, " + effect + "}]";
        askServer("PUT", "/_/chaos", rule);
    }

    /** A request to the development routes of the server. */
    private static String askServer(String method, String path, String body) throws Exception {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(SERVER + path).toURL().openConnection();
        connection.setRequestMethod(method);
        if (body != null) {
            connection.setDoOutput(true);
            connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        }
        return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}

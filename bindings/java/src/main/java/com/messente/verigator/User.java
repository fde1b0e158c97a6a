package com.messente.verigator;

import com.messente.verigator.exceptions.InvalidInvocationError;
import com.messente.verigator.exceptions.VerigatorException;
import com.messente.verigator.serializers.AuthenticationResponse;
import com.messente.verigator.serializers.EnrolmentLinkResponse;
import com.messente.verigator.serializers.EnrolmentResponse;
import com.messente.verigator.serializers.TotpStateResponse;
import com.messente.verigator.serializers.VerificationResponse;
import com.messente.verigator.serializers.VerificationStatus;
import java.util.concurrent.CompletableFuture;

/**
 * A user of a service.
 *
 * <p>Any number of threads may use it at once. All calls fail with a {@link VerigatorException}
 * whose class says why.
 */
public class User {
    // Of the instance, as in the official client.

    /** The method that prefers an authenticator app. */
    public final String AUTHENTICATION_METHOD_TOTP = Methods.TOTP;

    /** The method that sends an SMS. */
    public final String AUTHENTICATION_METHOD_SMS = Methods.SMS;

    private final String id;
    private final String ctime;
    private final String username;
    private volatile Service service;

    /**
     * Makes one from its id, without asking whether it exists.
     *
     * @param service the user's service
     * @param id the user's id at Verigator: 1 to 1024 bytes
     */
    public User(Service service, String id) {
        this(service, id, null, null);
    }

    private User(Service service, String id, String ctime, String username) {
        this.service = service;
        this.id = id;
        this.ctime = ctime;
        this.username = username;
    }

    /** Takes what a native handle holds, and frees it. */
    static User read(Service service, long user) {
        try {
            return new User(
                    service,
                    Native.userId(user),
                    Native.userCtime(user),
                    Native.userIdInService(user));
        } finally {
            Native.userFree(user);
        }
    }

    /** Takes what a native list holds at {@code index}. */
    static User readAt(Service service, long users, int index) {
        return new User(
                service,
                Native.usersId(users, index),
                Native.usersCtime(users, index),
                Native.usersIdInService(users, index));
    }

    /**
     * Returns the user's service.
     *
     * @return the service
     */
    public Service getService() {
        return service;
    }

    /**
     * Sets the user's service.
     *
     * @param service the service
     */
    public void setService(Service service) {
        this.service = service;
    }

    /**
     * Returns the user's id at Verigator.
     *
     * @return the id
     */
    public String getId() {
        return id;
    }

    /**
     * Returns when the user was registered.
     *
     * @return an RFC 3339 timestamp, or {@code null} if the user was not read
     */
    public String getCtime() {
        return ctime;
    }

    /**
     * Returns the caller's own name for the user.
     *
     * @return the name, or {@code null} if the user was not read
     */
    public String getUsername() {
        return username;
    }

    /**
     * Starts an authentication through the user's authenticator app; a user who has none set up is
     * sent an SMS instead, and the response says so.
     *
     * <p>It is never sent twice, since that would send a second message.
     *
     * @return the method that is really used
     * @throws VerigatorException if the call fails, such as {@link
     *     com.messente.verigator.exceptions.ResourceAlreadyExists} if none can start now
     */
    public AuthenticationResponse authenticateUsingTotp() throws VerigatorException {
        return authenticate(Methods.TOTP);
    }

    /**
     * Starts an authentication like {@link #authenticateUsingTotp}, without waiting for it.
     *
     * @return the method that is really used
     */
    public CompletableFuture<AuthenticationResponse> authenticateUsingTotpAsync() {
        return authenticateAsync(Methods.TOTP);
    }

    /**
     * Starts an authentication: sends the user a PIN in an SMS.
     *
     * <p>It is never sent twice, since that would send a second message.
     *
     * @return the method that is really used
     * @throws VerigatorException if the call fails, such as {@link
     *     com.messente.verigator.exceptions.ResourceAlreadyExists} if none can start now
     */
    public AuthenticationResponse authenticateUsingSMS() throws VerigatorException {
        return authenticate(Methods.SMS);
    }

    /**
     * Starts an authentication like {@link #authenticateUsingSMS}, without waiting for it.
     *
     * @return the method that is really used
     */
    public CompletableFuture<AuthenticationResponse> authenticateUsingSMSAsync() {
        return authenticateAsync(Methods.SMS);
    }

    /**
     * Starts an authentication.
     *
     * @param method {@code "sms"} or {@code "totp"}
     * @return the method that is really used
     * @throws VerigatorException if the call fails
     */
    public AuthenticationResponse authenticate(String method) throws VerigatorException {
        return call(start(method));
    }

    /**
     * Starts an authentication like {@link #authenticate}, without waiting for it.
     *
     * @param method {@code "sms"} or {@code "totp"}
     * @return the method that is really used
     */
    public CompletableFuture<AuthenticationResponse> authenticateAsync(String method) {
        return submit(start(method));
    }

    private Operation<AuthenticationResponse> start(String method) {
        return new Operation<>(
                ctx -> Native.callAuthStart(ctx, serviceId(), id, Methods.number(method)),
                call -> readAuthentication(Native.callChallenge(call)));
    }

    /**
     * Checks a PIN or a code of an authenticator app: of any authentication of the user, which is
     * the weaker check than {@link #verifyPin(String, AuthenticationResponse)}.
     *
     * <p>Only {@link VerificationResponse#isVerified()} is a yes; every exception is a no. It is
     * never sent twice, since a PIN is good for one check.
     *
     * @param pin what the user typed: 1 to 64 printable ASCII characters
     * @return what the service says
     * @throws VerigatorException if the call fails, such as {@link
     *     com.messente.verigator.exceptions.NoSuchResourceException} if no authentication waits
     */
    public VerificationResponse verifyPin(String pin) throws VerigatorException {
        return call(check(pin));
    }

    /**
     * Checks a PIN like {@link #verifyPin(String)}, without waiting for it.
     *
     * @param pin what the user typed: 1 to 64 printable ASCII characters
     * @return what the service says
     */
    public CompletableFuture<VerificationResponse> verifyPinAsync(String pin) {
        return submit(check(pin));
    }

    private Operation<VerificationResponse> check(String pin) {
        return new Operation<>(
                ctx -> Native.callAuthCheckToken(ctx, serviceId(), id, pin),
                call -> readVerification(Native.callVerification(call)));
    }

    /**
     * Checks a PIN of one authentication, so that a PIN of another one is not taken.
     *
     * @param pin what the user typed: 1 to 64 printable ASCII characters
     * @param authentication what the start returned
     * @return what the service says
     * @throws VerigatorException if the call fails; {@link InvalidInvocationError} if {@code
     *     authentication} is {@code null}, so that one that got lost is not the weaker check
     */
    public VerificationResponse verifyPin(String pin, AuthenticationResponse authentication)
            throws VerigatorException {
        return call(check(pin, authentication));
    }

    /**
     * Checks a PIN like {@link #verifyPin(String, AuthenticationResponse)}, without waiting for it.
     *
     * @param pin what the user typed: 1 to 64 printable ASCII characters
     * @param authentication what the start returned; the future fails if it is {@code null}
     * @return what the service says
     */
    public CompletableFuture<VerificationResponse> verifyPinAsync(
            String pin, AuthenticationResponse authentication) {
        return submit(check(pin, authentication));
    }

    private Operation<VerificationResponse> check(
            String pin, AuthenticationResponse authentication) {
        return new Operation<>(
                ctx -> makeCheck(ctx, pin, authentication),
                call -> readVerification(Native.callVerification(call)));
    }

    private long makeCheck(long ctx, String pin, AuthenticationResponse authentication)
            throws VerigatorException {
        if (authentication == null) {
            throw new InvalidInvocationError(
                    "the authentication is null; pass what the start returned,"
                            + " or nothing to check the PIN alone");
        }
        int method = Methods.number(authentication.getMethod());
        long challenge = Native.challengeNew(method, authentication.getAuthId());
        try {
            return Native.callAuthCheck(ctx, serviceId(), id, challenge, pin);
        } finally {
            Native.challengeFree(challenge);
        }
    }

    /**
     * Deletes this user.
     *
     * @throws VerigatorException if the call fails, such as {@link
     *     com.messente.verigator.exceptions.NoSuchResourceException}
     */
    public void delete() throws VerigatorException {
        call(deletion());
    }

    /**
     * Deletes this user like {@link #delete}, without waiting for it.
     *
     * @return nothing, when it is done
     */
    public CompletableFuture<Void> deleteAsync() {
        return submit(deletion());
    }

    private Operation<Void> deletion() {
        return Operation.withoutAnswer(ctx -> Native.callUserDelete(ctx, serviceId(), id));
    }

    /**
     * Begins the enrolment of an authenticator app.
     *
     * <p>The user's app takes what is returned, and {@link #confirmTotp} the app's first token;
     * until then logins are as they were. It ends an enrolment that was begun before and not
     * confirmed, so it is never sent twice.
     *
     * <p>{@code verigator-server} has this call; the hosted service has not.
     *
     * @return what to show to the user
     * @throws VerigatorException if the call fails, such as {@link
     *     com.messente.verigator.exceptions.NotSupportedException}
     */
    public EnrolmentResponse beginTotp() throws VerigatorException {
        return call(beginning());
    }

    /**
     * Begins the enrolment of an authenticator app like {@link #beginTotp}, without waiting for it.
     *
     * @return what to show to the user
     */
    public CompletableFuture<EnrolmentResponse> beginTotpAsync() {
        return submit(beginning());
    }

    private Operation<EnrolmentResponse> beginning() {
        return new Operation<>(
                ctx -> Native.callTotpBegin(ctx, serviceId(), id),
                call -> readEnrolment(Native.callEnrolment(call)));
    }

    /**
     * Makes a link by which the user sets an authenticator app up, once.
     *
     * <p>The user opens it in a browser, scans the QR code there and types the app's first token;
     * until then logins are as they were. It ends a link that was made before and an enrolment that
     * was not confirmed, so it is never sent twice.
     *
     * <p>{@code verigator-server} has this call; the hosted service has not.
     *
     * @param lifetimeSeconds how long it is good: 60 to 604800 (a week)
     * @return what to give to the user alone
     * @throws VerigatorException if the call fails, such as {@link
     *     com.messente.verigator.exceptions.NotSupportedException}, or {@link
     *     com.messente.verigator.exceptions.ResourceAlreadyExists} if the server does not know by
     *     which address users reach it
     */
    public EnrolmentLinkResponse createTotpLink(long lifetimeSeconds) throws VerigatorException {
        return call(linking(lifetimeSeconds));
    }

    /**
     * Makes a link by which the user sets an authenticator app up like {@link #createTotpLink},
     * without waiting for it.
     *
     * @param lifetimeSeconds how long it is good: 60 to 604800 (a week)
     * @return what to give to the user alone
     */
    public CompletableFuture<EnrolmentLinkResponse> createTotpLinkAsync(long lifetimeSeconds) {
        return submit(linking(lifetimeSeconds));
    }

    private Operation<EnrolmentLinkResponse> linking(long lifetimeSeconds) {
        return new Operation<>(
                ctx -> Native.callTotpLinkCreate(ctx, serviceId(), id, lifetimeSeconds),
                call -> readEnrolmentLink(Native.callEnrolmentLink(call)));
    }

    /**
     * Confirms an enrolment by a token of the app.
     *
     * <p>When it returns, the enrolment is confirmed, and logins use the app from now on. It is
     * never sent twice.
     *
     * <p>{@code verigator-server} has this call; the hosted service has not.
     *
     * @param token of the app: 1 to 64 printable ASCII characters
     * @throws VerigatorException if the call fails, such as {@link
     *     com.messente.verigator.exceptions.InvalidDataException} if the token is not right
     */
    public void confirmTotp(String token) throws VerigatorException {
        call(confirmation(token));
    }

    /**
     * Confirms an enrolment by a token of the app like {@link #confirmTotp}, without waiting for
     * it.
     *
     * @param token of the app: 1 to 64 printable ASCII characters
     * @return nothing, when it is done
     */
    public CompletableFuture<Void> confirmTotpAsync(String token) {
        return submit(confirmation(token));
    }

    private Operation<Void> confirmation(String token) {
        return Operation.withoutAnswer(ctx -> Native.callTotpConfirm(ctx, serviceId(), id, token));
    }

    /**
     * Reads how far the enrolment of an authenticator app has come.
     *
     * <p>{@code verigator-server} has this call; the hosted service has not.
     *
     * @return whether logins use an app, and whether an enrolment waits
     * @throws VerigatorException if the call fails, such as {@link
     *     com.messente.verigator.exceptions.NotSupportedException}
     */
    public TotpStateResponse getTotp() throws VerigatorException {
        return call(readingTotp());
    }

    /**
     * Reads how far the enrolment of an authenticator app has come like {@link #getTotp}, without
     * waiting for it.
     *
     * @return whether logins use an app, and whether an enrolment waits
     */
    public CompletableFuture<TotpStateResponse> getTotpAsync() {
        return submit(readingTotp());
    }

    private Operation<TotpStateResponse> readingTotp() {
        return new Operation<>(
                ctx -> Native.callTotpGet(ctx, serviceId(), id),
                call -> readTotpState(Native.callTotpState(call)));
    }

    /**
     * Removes the enrolment of an authenticator app, confirmed or not.
     *
     * <p>{@code verigator-server} has this call; the hosted service has not.
     *
     * @throws VerigatorException if the call fails, such as {@link
     *     com.messente.verigator.exceptions.NotSupportedException}
     */
    public void deleteTotp() throws VerigatorException {
        call(totpDeletion());
    }

    /**
     * Removes the enrolment of an authenticator app, confirmed or not like {@link #deleteTotp},
     * without waiting for it.
     *
     * @return nothing, when it is done
     */
    public CompletableFuture<Void> deleteTotpAsync() {
        return submit(totpDeletion());
    }

    private Operation<Void> totpDeletion() {
        return Operation.withoutAnswer(ctx -> Native.callTotpDelete(ctx, serviceId(), id));
    }

    /**
     * Makes recovery codes, each of which is good for one {@link #verifyPin(String)}.
     *
     * <p>It does not matter what was started. Those made before are good for nothing any more, so
     * it is never sent twice. They are shown to their user once, and not logged.
     *
     * <p>{@code verigator-server} has this call; the hosted service has not.
     *
     * @return the codes: at least one
     * @throws VerigatorException if the call fails, such as {@link
     *     com.messente.verigator.exceptions.NotSupportedException}
     */
    public String[] createRecoveryCodes() throws VerigatorException {
        return call(codesCreation());
    }

    /**
     * Makes recovery codes like {@link #createRecoveryCodes}, without waiting for it.
     *
     * @return the codes: at least one
     */
    public CompletableFuture<String[]> createRecoveryCodesAsync() {
        return submit(codesCreation());
    }

    private Operation<String[]> codesCreation() {
        return new Operation<>(
                ctx -> Native.callRecoveryCodesCreate(ctx, serviceId(), id),
                call -> readRecoveryCodes(Native.callRecoveryCodes(call)));
    }

    /**
     * Says how many recovery codes are left.
     *
     * <p>{@code verigator-server} has this call; the hosted service has not.
     *
     * @return how many are left
     * @throws VerigatorException if the call fails, such as {@link
     *     com.messente.verigator.exceptions.NotSupportedException}
     */
    public long countRecoveryCodes() throws VerigatorException {
        return call(counting());
    }

    /**
     * Says how many recovery codes are left like {@link #countRecoveryCodes}, without waiting for
     * it.
     *
     * @return how many are left
     */
    public CompletableFuture<Long> countRecoveryCodesAsync() {
        return submit(counting());
    }

    private Operation<Long> counting() {
        return new Operation<>(
                ctx -> Native.callRecoveryCodesRemaining(ctx, serviceId(), id),
                Native::callRemaining);
    }

    /**
     * Removes the recovery codes.
     *
     * <p>{@code verigator-server} has this call; the hosted service has not.
     *
     * @throws VerigatorException if the call fails, such as {@link
     *     com.messente.verigator.exceptions.NotSupportedException}
     */
    public void deleteRecoveryCodes() throws VerigatorException {
        call(codesDeletion());
    }

    /**
     * Removes the recovery codes like {@link #deleteRecoveryCodes}, without waiting for it.
     *
     * @return nothing, when it is done
     */
    public CompletableFuture<Void> deleteRecoveryCodesAsync() {
        return submit(codesDeletion());
    }

    private Operation<Void> codesDeletion() {
        return Operation.withoutAnswer(ctx -> Native.callRecoveryCodesDelete(ctx, serviceId(), id));
    }

    /**
     * Lets this user log in again, who is locked after too many wrong tokens.
     *
     * <p>{@code verigator-server} has this call; the hosted service has not.
     *
     * @throws VerigatorException if the call fails, such as {@link
     *     com.messente.verigator.exceptions.NotSupportedException}
     */
    public void unlock() throws VerigatorException {
        call(unlocking());
    }

    /**
     * Lets this user log in again, who is locked after too many wrong tokens like {@link #unlock},
     * without waiting for it.
     *
     * @return nothing, when it is done
     */
    public CompletableFuture<Void> unlockAsync() {
        return submit(unlocking());
    }

    private Operation<Void> unlocking() {
        return Operation.withoutAnswer(ctx -> Native.callUserUnlock(ctx, serviceId(), id));
    }

    private static EnrolmentLinkResponse readEnrolmentLink(long link) {
        try {
            return new EnrolmentLinkResponse(
                    Native.enrolmentLinkUrl(link),
                    Native.enrolmentLinkExpiresAt(link),
                    Native.enrolmentLinkReplaced(link));
        } finally {
            Native.enrolmentLinkFree(link);
        }
    }

    private static EnrolmentResponse readEnrolment(long enrolment) {
        try {
            return new EnrolmentResponse(
                    Native.enrolmentSecret(enrolment),
                    Native.enrolmentUri(enrolment),
                    Native.enrolmentQrSvg(enrolment),
                    Native.enrolmentReplaced(enrolment));
        } finally {
            Native.enrolmentFree(enrolment);
        }
    }

    private static TotpStateResponse readTotpState(long state) {
        try {
            return new TotpStateResponse(
                    Native.totpStateConfirmed(state), Native.totpStatePending(state));
        } finally {
            Native.totpStateFree(state);
        }
    }

    private static String[] readRecoveryCodes(long codes) {
        try {
            String[] texts = new String[Math.toIntExact(Native.recoveryCodesCount(codes))];
            for (int index = 0; index < texts.length; index++) {
                texts[index] = Native.recoveryCodesGet(codes, index);
            }
            return texts;
        } finally {
            Native.recoveryCodesFree(codes);
        }
    }

    private static AuthenticationResponse readAuthentication(long challenge) {
        try {
            return new AuthenticationResponse(
                    Methods.word(Native.challengeMethod(challenge)),
                    Native.challengeAuthId(challenge));
        } finally {
            Native.challengeFree(challenge);
        }
    }

    private static VerificationResponse readVerification(long verification) {
        try {
            return new VerificationResponse(
                    Native.verificationVerified(verification),
                    Methods.word(Native.verificationMethod(verification)),
                    new VerificationStatus(
                            Native.verificationThrottled(verification),
                            Native.verificationExpired(verification),
                            Native.verificationInvalid(verification),
                            Native.verificationResult(verification)));
        } finally {
            Native.verificationFree(verification);
        }
    }

    private String serviceId() {
        return service.getServiceId();
    }

    private <T> T call(Operation<T> operation) throws VerigatorException {
        return service.verigator().call(operation);
    }

    private <T> CompletableFuture<T> submit(Operation<T> operation) {
        return service.verigator().submit(operation);
    }

    @Override
    public String toString() {
        return "User{id='" + id + "', ctime='" + ctime + "', username='" + username + "'}";
    }
}

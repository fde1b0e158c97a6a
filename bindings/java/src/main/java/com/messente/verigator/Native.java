package com.messente.verigator;

import com.messente.verigator.exceptions.VerigatorException;

/**
 * The C API, one method for each function that Java needs; {@code verigator.h} says what they do.
 *
 * <p>A handle is a {@code long}. A failure is thrown by the native method itself, and what a call
 * fails with by those that ask for its answer, on whatever thread. What only reads or frees a live
 * handle cannot fail.
 */
final class Native {
    private Native() {}

    static native String version();

    static native long configNew(String username, String password) throws VerigatorException;

    static native long configFromEnv() throws VerigatorException;

    static native void configFree(long config);

    static native void configSetBaseUrl(long config, String baseUrl) throws VerigatorException;

    static native void configSetAllowPlainHttp(long config, boolean allow)
            throws VerigatorException;

    static native void configSetAddress(long config, String address) throws VerigatorException;

    static native void configSetConnectTimeoutMs(long config, long timeoutMs)
            throws VerigatorException;

    static native void configSetTimeoutMs(long config, long timeoutMs) throws VerigatorException;

    static native void configSetMaxRetries(long config, long retries) throws VerigatorException;

    static native void configSetMaxRetryWaitMs(long config, long waitMs) throws VerigatorException;

    static native void configSetProxy(long config, String url, String username, String password)
            throws VerigatorException;

    static native void configUnsetProxy(long config) throws VerigatorException;

    static native void configSetCaFile(long config, byte[] path) throws VerigatorException;

    static native void configSetCaPem(long config, byte[] pem) throws VerigatorException;

    static native void configSetClientCertificateFile(long config, byte[] chainPath, byte[] keyPath)
            throws VerigatorException;

    static native void configSetClientCertificatePem(long config, byte[] chain, byte[] key)
            throws VerigatorException;

    static native void configAddPinnedKey(long config, String pin) throws VerigatorException;

    static native void configSetMinTlsVersion(long config, int version) throws VerigatorException;

    static native void configSetUserAgent(long config, String products) throws VerigatorException;

    static native void configSetUserAgentPrefix(long config, String prefix)
            throws VerigatorException;

    static native void configSetUserAgentSuffix(long config, String suffix)
            throws VerigatorException;

    static native void configSetMaxIdleConnections(long config, long most)
            throws VerigatorException;

    static native void configSetMaxConnections(long config, long most) throws VerigatorException;

    static native void configSetIdleTimeoutMs(long config, long timeoutMs)
            throws VerigatorException;

    static native void configSetMaxResponseBytes(long config, long most) throws VerigatorException;

    static native void configSetCallLog(long config, int level) throws VerigatorException;

    static native long ctxNew(long config) throws VerigatorException;

    static native void ctxClose(long ctx) throws VerigatorException;

    static native void ctxCloseIdle(long ctx) throws VerigatorException;

    static native void ctxFree(long ctx);

    /** Nothing is started yet. */
    static native long queueNew(long ctx) throws VerigatorException;

    /** Waits for a call that has ended; {@link CallQueue} says what else it returns. */
    static native long queueNext(long queue, long timeoutMs) throws VerigatorException;

    static native void queueClose(long queue) throws VerigatorException;

    static native void queueFree(long queue);

    static native void callRun(long call);

    static native void callSubmit(long call, long queue) throws VerigatorException;

    static native void callCancel(long call);

    /** Throws what a call that has ended failed with; returns if it succeeded. */
    static native void callCheck(long call) throws VerigatorException;

    /** The level of a log line of a call that has ended, or 0 behind the last one. */
    static native int callLogLevel(long call, int index);

    static native String callLogMessage(long call, int index);

    static native void callFree(long call);

    // The answers: of a call that has ended, and once.

    static native long callService(long call) throws VerigatorException;

    static native long callServices(long call) throws VerigatorException;

    static native long callEnrolment(long call) throws VerigatorException;

    static native long callEnrolmentLink(long call) throws VerigatorException;

    static native long callTotpState(long call) throws VerigatorException;

    static native long callRecoveryCodes(long call) throws VerigatorException;

    static native long callRemaining(long call) throws VerigatorException;

    static native long callUser(long call) throws VerigatorException;

    static native long callUsers(long call) throws VerigatorException;

    static native long callChallenge(long call) throws VerigatorException;

    static native long callVerification(long call) throws VerigatorException;

    static native long callServiceCreate(long ctx, String fqdn, String name)
            throws VerigatorException;

    static native long callServiceGet(long ctx, String serviceId) throws VerigatorException;

    static native long callServiceFind(long ctx, String fqdn) throws VerigatorException;

    static native long callServicePage(long ctx, long limit, String cursor)
            throws VerigatorException;

    static native long callServiceDelete(long ctx, String serviceId) throws VerigatorException;

    static native void serviceFree(long service);

    static native String serviceId(long service);

    static native String serviceName(long service);

    static native String serviceCtime(long service);

    static native void servicesFree(long services);

    static native long servicesCount(long services);

    static native long servicesTotal(long services);

    static native String servicesId(long services, long index);

    static native String servicesName(long services, long index);

    static native String servicesCtime(long services, long index);

    static native String servicesNextCursor(long services);

    static native long callUserCreate(
            long ctx, String serviceId, String phoneNumber, String idInService)
            throws VerigatorException;

    static native long callUserGet(long ctx, String serviceId, String userId)
            throws VerigatorException;

    static native long callUserFind(long ctx, String serviceId, String idInService)
            throws VerigatorException;

    static native long callUserList(long ctx, String serviceId) throws VerigatorException;

    static native long callUserPage(long ctx, String serviceId, long limit, String cursor)
            throws VerigatorException;

    static native long callUserUnlock(long ctx, String serviceId, String userId)
            throws VerigatorException;

    static native long callUserDelete(long ctx, String serviceId, String userId)
            throws VerigatorException;

    static native void userFree(long user);

    static native String userId(long user);

    static native String userCtime(long user);

    static native String userIdInService(long user);

    static native void usersFree(long users);

    static native long usersCount(long users);

    static native long usersTotal(long users);

    static native String usersId(long users, long index);

    static native String usersCtime(long users, long index);

    static native String usersIdInService(long users, long index);

    static native String usersNextCursor(long users);

    static native long callTotpBegin(long ctx, String serviceId, String userId)
            throws VerigatorException;

    static native long callTotpLinkCreate(
            long ctx, String serviceId, String userId, long lifetimeSeconds)
            throws VerigatorException;

    static native long callTotpConfirm(long ctx, String serviceId, String userId, String token)
            throws VerigatorException;

    static native long callTotpGet(long ctx, String serviceId, String userId)
            throws VerigatorException;

    static native long callTotpDelete(long ctx, String serviceId, String userId)
            throws VerigatorException;

    static native void enrolmentFree(long enrolment);

    static native String enrolmentSecret(long enrolment);

    static native String enrolmentUri(long enrolment);

    static native String enrolmentQrSvg(long enrolment);

    static native boolean enrolmentReplaced(long enrolment);

    static native void enrolmentLinkFree(long link);

    static native String enrolmentLinkUrl(long link);

    static native String enrolmentLinkExpiresAt(long link);

    static native boolean enrolmentLinkReplaced(long link);

    static native void totpStateFree(long state);

    static native boolean totpStateConfirmed(long state);

    static native boolean totpStatePending(long state);

    static native long callRecoveryCodesCreate(long ctx, String serviceId, String userId)
            throws VerigatorException;

    static native long callRecoveryCodesRemaining(long ctx, String serviceId, String userId)
            throws VerigatorException;

    static native long callRecoveryCodesDelete(long ctx, String serviceId, String userId)
            throws VerigatorException;

    static native void recoveryCodesFree(long codes);

    static native long recoveryCodesCount(long codes);

    static native String recoveryCodesGet(long codes, long index);

    static native long callAuthStart(long ctx, String serviceId, String userId, int method)
            throws VerigatorException;

    static native long callAuthCheck(
            long ctx, String serviceId, String userId, long challenge, String token)
            throws VerigatorException;

    static native long callAuthCheckToken(long ctx, String serviceId, String userId, String token)
            throws VerigatorException;

    static native long challengeNew(int method, String authId) throws VerigatorException;

    static native void challengeFree(long challenge);

    static native int challengeMethod(long challenge);

    static native String challengeAuthId(long challenge);

    static native void verificationFree(long verification);

    static native boolean verificationVerified(long verification);

    static native int verificationMethod(long verification);

    static native boolean verificationThrottled(long verification);

    static native boolean verificationExpired(long verification);

    static native boolean verificationInvalid(long verification);

    static native String verificationResult(long verification);
}

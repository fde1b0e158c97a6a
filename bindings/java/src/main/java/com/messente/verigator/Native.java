package com.messente.verigator;

import com.messente.verigator.exceptions.VerigatorException;

/**
 * The C API, one method for each function that Java needs; {@code verigator.h} says what they do.
 *
 * <p>A handle is a {@code long}. A failure is thrown by the native method itself, since the last
 * error belongs to the thread, and a virtual thread may go on on another one. What only reads or
 * frees a live handle cannot fail.
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

    static native void configSetIdleTimeoutMs(long config, long timeoutMs)
            throws VerigatorException;

    static native void configSetMaxResponseBytes(long config, long most) throws VerigatorException;

    static native void configSetLog(long config, int level, long key) throws VerigatorException;

    static native long ctxNew(long config) throws VerigatorException;

    static native void ctxClose(long ctx) throws VerigatorException;

    static native void ctxCloseIdle(long ctx) throws VerigatorException;

    static native void ctxFree(long ctx);

    static native long serviceCreate(long ctx, String fqdn, String name) throws VerigatorException;

    static native long serviceGet(long ctx, String serviceId) throws VerigatorException;

    static native void serviceDelete(long ctx, String serviceId) throws VerigatorException;

    static native void serviceFree(long service);

    static native String serviceId(long service);

    static native String serviceName(long service);

    static native String serviceCtime(long service);

    static native long userCreate(
            long ctx, String serviceId, String phoneNumber, String idInService)
            throws VerigatorException;

    static native long userGet(long ctx, String serviceId, String userId) throws VerigatorException;

    static native long userList(long ctx, String serviceId) throws VerigatorException;

    static native void userDelete(long ctx, String serviceId, String userId)
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

    static native long authStart(long ctx, String serviceId, String userId, int method)
            throws VerigatorException;

    static native long authCheck(
            long ctx, String serviceId, String userId, long challenge, String token)
            throws VerigatorException;

    static native long authCheckToken(long ctx, String serviceId, String userId, String token)
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

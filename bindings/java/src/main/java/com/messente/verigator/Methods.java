package com.messente.verigator;

import com.messente.verigator.exceptions.InvalidInvocationError;

/** The methods of authentication: words in Java, numbers in the C API. */
final class Methods {
    static final String SMS = "sms";
    static final String TOTP = "totp";
    static final String RECOVERY_CODE = "recovery_code";

    private Methods() {}

    /** The method to start with, which is no recovery code. */
    static int number(String word) throws InvalidInvocationError {
        if (SMS.equals(word)) {
            return 1;
        }
        if (TOTP.equals(word)) {
            return 2;
        }
        throw new InvalidInvocationError("method is " + shown(word) + "; pass \"sms\" or \"totp\"");
    }

    /** Short, and without what a terminal would obey. */
    private static String shown(String word) {
        if (word == null) {
            return "null";
        }
        String plain = word.replaceAll("\\P{Print}", "?");
        return '"' + (plain.length() > 30 ? plain.substring(0, 30) + "..." : plain) + '"';
    }

    /** {@code null} if the service does not say. */
    static String word(int number) {
        switch (number) {
            case 1:
                return SMS;
            case 2:
                return TOTP;
            case 3:
                return RECOVERY_CODE;
            default:
                return null;
        }
    }
}

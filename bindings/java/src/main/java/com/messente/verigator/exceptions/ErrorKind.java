package com.messente.verigator.exceptions;

/** What a program does about a failure, coarser than its status. */
public enum ErrorKind {
    /** The call itself was wrong: mend the program or its configuration. */
    USAGE,
    /** The service was not reached, or the connection broke. */
    NETWORK,
    /** The deadline passed. */
    TIMEOUT,
    /**
     * The call was ended while it waited: its thread was interrupted, its future cancelled, or the
     * {@link com.messente.verigator.Verigator} closed.
     */
    CANCELLED,
    /** The reply cannot be believed. */
    PROTOCOL,
    /** The service answered with an error status. */
    SERVICE,
    /** The process ran out of something, or the library has a defect. */
    INTERNAL;

    /** The kind of this number in the C API, where they are counted from 1. */
    static ErrorKind of(int number) {
        return number >= 1 && number <= values().length ? values()[number - 1] : INTERNAL;
    }
}

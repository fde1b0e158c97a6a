package com.messente.verigator;

import com.messente.verigator.exceptions.VerigatorException;

/** One operation of the service: how a call of it is made, and how its answer is read. */
final class Operation<T> {
    private final Maker maker;
    private final Reader<T> reader;

    Operation(Maker maker, Reader<T> reader) {
        this.maker = maker;
        this.reader = reader;
    }

    /** Makes a native call, which nothing is sent by yet. */
    @FunctionalInterface
    interface Maker {
        long make(long ctx) throws VerigatorException;
    }

    /** Takes the answer of a native call that has ended, or throws what it failed with. */
    @FunctionalInterface
    interface Reader<T> {
        T read(long call) throws VerigatorException;
    }

    /** One whose answer says nothing but that it was done. */
    static Operation<Void> withoutAnswer(Maker maker) {
        return new Operation<>(
                maker,
                call -> {
                    Native.callCheck(call);
                    return null;
                });
    }

    long make(long ctx) throws VerigatorException {
        return maker.make(ctx);
    }

    /** What a call that has ended came to. */
    T outcome(long call) throws VerigatorException {
        return reader.read(call);
    }
}

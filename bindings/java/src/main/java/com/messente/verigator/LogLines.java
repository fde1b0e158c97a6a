package com.messente.verigator;

import java.util.function.BiConsumer;

/** Hands the log lines that a client's calls kept to who wants them. */
final class LogLines {
    private static final System.Logger.Level[] LEVELS = {
        System.Logger.Level.ERROR,
        System.Logger.Level.WARNING,
        System.Logger.Level.INFO,
        System.Logger.Level.DEBUG,
    };

    /** The number of a level that no line has. */
    static final int NOTHING = 0;

    private final BiConsumer<System.Logger.Level, String> receiver;

    LogLines(BiConsumer<System.Logger.Level, String> receiver) {
        this.receiver = receiver;
    }

    /** The number of a level in the C API, where what is less grave is greater; or NOTHING. */
    static int number(System.Logger.Level level) {
        int number = LEVELS.length;
        while (number > NOTHING && LEVELS[number - 1].getSeverity() < level.getSeverity()) {
            number--;
        }
        return number;
    }

    /**
     * Hands over the lines of a call that has ended. What the receiver throws is dropped: a log
     * must not change what a call comes to.
     */
    void handOver(long call) {
        int index = 0;
        for (int level = level(call, index); level != NOTHING; level = level(call, ++index)) {
            try {
                receiver.accept(LEVELS[level - 1], Native.callLogMessage(call, index));
            } catch (Throwable dropped) {
                continue;
            }
        }
    }

    private static int level(long call, int index) {
        return Native.callLogLevel(call, index);
    }
}

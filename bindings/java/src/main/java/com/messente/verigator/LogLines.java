package com.messente.verigator;

import java.util.function.BiConsumer;

/** The log lines of a client on their way to who wants them. The native library keeps them. */
final class LogLines {
    private static final System.Logger.Level[] LEVELS = {
        System.Logger.Level.ERROR,
        System.Logger.Level.WARNING,
        System.Logger.Level.INFO,
        System.Logger.Level.DEBUG,
    };

    /** The number of a level that no line has. */
    static final int NOTHING = 0;

    private final long key;
    private final BiConsumer<System.Logger.Level, String> receiver;

    /**
     * @param key what the native library knows the lines by
     */
    LogLines(long key, BiConsumer<System.Logger.Level, String> receiver) {
        this.key = key;
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
     * Hands over the lines that wait. What the receiver throws is dropped: a log must not change
     * what a call comes to.
     */
    void handOver() {
        int[] level = new int[1];
        for (String line = next(level); line != null; line = next(level)) {
            try {
                receiver.accept(LEVELS[level[0] - 1], line);
            } catch (Throwable dropped) {
                continue;
            }
        }
    }

    private String next(int[] level) {
        return Native.logNext(key, level);
    }
}

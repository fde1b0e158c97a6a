package com.messente.verigator;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/** Who receives the log lines of which context. The native library knows the keys alone. */
final class LogLines {
    private static final System.Logger.Level[] LEVELS = {
        System.Logger.Level.ERROR,
        System.Logger.Level.WARNING,
        System.Logger.Level.INFO,
        System.Logger.Level.DEBUG,
    };

    /** The number of a level that no line has. */
    static final int NOTHING = 0;

    private static final AtomicLong LAST_KEY = new AtomicLong();
    private static final Map<Long, BiConsumer<System.Logger.Level, String>> RECEIVERS =
            new ConcurrentHashMap<>();

    private LogLines() {}

    static long add(BiConsumer<System.Logger.Level, String> receiver) {
        long key = LAST_KEY.incrementAndGet();
        RECEIVERS.put(key, receiver);
        return key;
    }

    /** The native library calls this once, after the last line. */
    static void remove(long key) {
        RECEIVERS.remove(key);
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
     * The native library calls this on the thread that makes the call. What the receiver throws is
     * dropped: a log must not change what the call comes to.
     */
    static void write(long key, int level, String line) {
        try {
            RECEIVERS.get(key).accept(LEVELS[level - 1], line);
        } catch (Throwable dropped) {
            return;
        }
    }
}

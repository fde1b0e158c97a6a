package com.messente.verigator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.messente.verigator.exceptions.VerigatorException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogLinesTest {
    @Test
    void levelsAreThoseOfTheNativeLibrary() {
        assertEquals(LogLines.NOTHING, LogLines.number(System.Logger.Level.OFF));
        assertEquals(1, LogLines.number(System.Logger.Level.ERROR));
        assertEquals(2, LogLines.number(System.Logger.Level.WARNING));
        assertEquals(3, LogLines.number(System.Logger.Level.INFO));
        assertEquals(4, LogLines.number(System.Logger.Level.DEBUG));
        assertEquals(4, LogLines.number(System.Logger.Level.TRACE));
        assertEquals(4, LogLines.number(System.Logger.Level.ALL));
    }

    @Test
    void aLineComesUntilItsReceiverIsGone() {
        List<String> lines = new ArrayList<>();
        long key = LogLines.add((level, line) -> lines.add(level + " " + line));
        LogLines.write(key, 2, "once");
        LogLines.remove(key);
        LogLines.write(key, 2, "late");
        LogLines.write(LogLines.NOBODY, 2, "to nobody");
        assertEquals(List.of("WARNING once"), lines);
    }

    @Test
    void noLineComesWhenTheyAreOff() {
        List<String> lines = new ArrayList<>();
        try (Verigator verigator =
                Verigator.builder("user", "password")
                        .baseUrl("http://127.0.0.1:1")
                        .maxRetries(0)
                        .log(System.Logger.Level.OFF, (level, line) -> lines.add(line))
                        .build()) {
            assertThrows(VerigatorException.class, () -> verigator.getService("s1"));
        }
        assertEquals(List.of(), lines);
    }

    @Test
    void aReceiverThatThrowsDoesNotChangeTheCall() {
        List<String> lines = new ArrayList<>();
        try (Verigator verigator =
                Verigator.builder("user", "password")
                        .baseUrl("http://127.0.0.1:1")
                        .maxRetries(0)
                        .log(
                                System.Logger.Level.DEBUG,
                                (level, line) -> {
                                    lines.add(line);
                                    throw new IllegalStateException("on purpose");
                                })
                        .build()) {
            VerigatorException failure =
                    assertThrows(VerigatorException.class, () -> verigator.getService("s1"));
            assertEquals("CONNECT", failure.getStatusName());
            assertEquals(false, lines.isEmpty());
        }
    }
}

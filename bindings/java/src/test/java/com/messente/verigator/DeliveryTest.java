package com.messente.verigator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class DeliveryTest {
    private static final Executor REFUSING =
            task -> {
                throw new RejectedExecutionException();
            };

    private final List<String> ran = new ArrayList<>();

    private Executor named(String name) {
        return task -> {
            ran.add(name);
            task.run();
        };
    }

    @Test
    void theFirstThatTakesATaskRunsIt() {
        Delivery.onFirst(() -> ran.add("task"), REFUSING, named("second"), named("third"));
        assertEquals(List.of("second", "task"), ran);
    }

    @Test
    void whatNoneTakesIsRunHere() {
        Delivery.onFirst(() -> ran.add("task"), REFUSING, REFUSING);
        assertEquals(List.of("task"), ran);
    }
}

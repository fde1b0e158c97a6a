package com.messente.verigator.integration;

import java.nio.file.Path;

/** Where things are in the checkout. */
final class Workspace {
    private Workspace() {}

    static Path path(String first, String... more) {
        Path root = Path.of(System.getProperty("verigator.root"));
        return root.resolve(Path.of(first, more)).toAbsolutePath().normalize();
    }
}

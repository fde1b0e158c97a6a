package com.messente.verigator.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.ref.WeakReference;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The jar in class loaders of its own, as a server has it that is deployed to again and again. */
class RedeployTest {
    private static final Path MAPPINGS = Path.of("/proc/self/maps");

    private final List<URLClassLoader> loaders = new ArrayList<>();

    /** Loads all anew, and sees that what the library throws belongs to this deployment. */
    private void deploy() throws Exception {
        URL[] jar = {JavaProgram.JAR.toUri().toURL()};
        URLClassLoader loader = new URLClassLoader(jar, ClassLoader.getPlatformClassLoader());
        loaders.add(loader);
        Constructor<?> client =
                loader.loadClass("com.messente.verigator.Verigator")
                        .getConstructor(String.class, String.class, String.class);
        ((AutoCloseable) client.newInstance("user", "word", "https://127.0.0.1/v1")).close();
        Throwable refusal =
                assertThrows(
                                InvocationTargetException.class,
                                () -> client.newInstance("", "word", "https://127.0.0.1/v1"))
                        .getCause();
        assertSame(loader, refusal.getCause().getClass().getClassLoader());
    }

    private static long mappings() throws Exception {
        return Files.readString(MAPPINGS, StandardCharsets.ISO_8859_1)
                .lines()
                .filter(mapping -> mapping.contains("libverigator_jni"))
                .count();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theLibraryIsMappedOnceHoweverOftenItIsLoaded() throws Exception {
        deploy();
        long first = mappings();
        assertNotEquals(0, first);
        for (int more = 0; more < 10; more++) {
            deploy();
        }
        assertEquals(first, mappings());
        for (URLClassLoader loader : loaders) {
            loader.close();
        }
    }

    /** Loads all anew, makes a future, closes the client, and leaves nothing of it. */
    private static WeakReference<ClassLoader> deployed() throws Exception {
        URL[] jar = {JavaProgram.JAR.toUri().toURL()};
        URLClassLoader loader = new URLClassLoader(jar, ClassLoader.getPlatformClassLoader());
        Class<?> type = loader.loadClass("com.messente.verigator.Verigator");
        AutoCloseable client =
                (AutoCloseable)
                        type.getConstructor(String.class, String.class, String.class)
                                .newInstance("user", "word", "https://127.0.0.1:1/v1");
        CompletableFuture<?> service =
                (CompletableFuture<?>)
                        type.getMethod("getServiceAsync", String.class).invoke(client, "s1");
        assertThrows(ExecutionException.class, service::get);
        client.close();
        loader.close();
        return new WeakReference<>(loader);
    }

    @Test
    @Timeout(60)
    void aDeploymentThatIsGoneIsCollectedWithItsThread() throws Exception {
        WeakReference<ClassLoader> gone = deployed();
        while (gone.get() != null) {
            System.gc();
        }
    }
}

package com.messente.verigator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.messente.verigator.exceptions.ErrorKind;
import com.messente.verigator.exceptions.InvalidInvocationError;
import com.messente.verigator.exceptions.VerigatorException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class VerigatorBuilderTest {
    private static final byte[] NO_PEM = "no PEM".getBytes(StandardCharsets.UTF_8);

    @Test
    void everyOptionCanBeSet() {
        build(
                        builder ->
                                builder.baseUrl("https://verigator.example")
                                        .allowPlainHttp(true)
                                        .connectTimeout(Duration.ofSeconds(1))
                                        .timeout(Duration.ofHours(1))
                                        .maxRetries(0)
                                        .maxRetryWait(Duration.ofMillis(1))
                                        .proxy("http://proxy.example:3128")
                                        .proxy("http://proxy.example:3128", "user", "password")
                                        .proxy("socks5h://proxy.example")
                                        .noProxy()
                                        .pinnedKey("sha256//" + "A".repeat(43) + "=")
                                        .minTlsVersion(TlsVersion.TLS_1_3)
                                        .userAgent("my-binding/1.0 core/1")
                                        .userAgentPrefix("my-library/1.0")
                                        .userAgentSuffix("my-vpn/2.1")
                                        .maxIdleConnections(0)
                                        .idleTimeout(Duration.ofSeconds(30))
                                        .maxResponseBytes(1)
                                        .executor(Runnable::run)
                                        .log(System.Logger.Level.DEBUG, (level, line) -> {}))
                .close();
        // Not beside a proxy.
        build(builder -> builder.address("192.0.2.7")).close();
    }

    @Test
    void anOptionThatCannotBeUsedIsTold() {
        assertRefused("base URL", builder -> builder.baseUrl("ftp://verigator.example"));
        assertRefused("the base URL is NULL", builder -> builder.baseUrl(null));
        assertRefused("plain http", builder -> builder.baseUrl("http://verigator.example"));
        assertRefused("not an IP address", builder -> builder.address("verigator.example"));
        assertRefused(
                "the proxy http://proxy.example/ looks the name up itself",
                builder -> builder.address("192.0.2.7").proxy("http://proxy.example"));
        assertRefused("timeout", builder -> builder.timeout(Duration.ZERO));
        assertRefused("timeout is -1 ms", builder -> builder.timeout(Duration.ofMillis(-1)));
        assertRefused(
                "the timeout is -9223372036854775808 ms",
                builder -> builder.timeout(Duration.ofSeconds(Long.MIN_VALUE)));
        assertRefused("the timeout is NULL", builder -> builder.timeout(null));
        assertRefused("the oldest TLS version is NULL", builder -> builder.minTlsVersion(null));
        assertRefused("timeout", builder -> builder.timeout(Duration.ofSeconds(Long.MAX_VALUE)));
        assertRefused("connect timeout", builder -> builder.connectTimeout(Duration.ofNanos(1)));
        assertRefused("retries", builder -> builder.maxRetries(-1));
        assertRefused("retries", builder -> builder.maxRetries(11));
        assertRefused("wait", builder -> builder.maxRetryWait(Duration.ofDays(1)));
        assertRefused("proxy", builder -> builder.proxy("proxy.example"));
        assertRefused("pass both", builder -> builder.proxy("http://p.example", "user", null));
        assertRefused("CA file", builder -> builder.caFile(Path.of("no", "such", "file")));
        assertRefused("CA bundle", builder -> builder.caPem(NO_PEM));
        assertRefused(
                "client certificate", builder -> builder.clientCertificatePem(NO_PEM, NO_PEM));
        assertRefused(
                "client certificate",
                builder -> builder.clientCertificateFile(Path.of("no-chain"), Path.of("no-key")));
        assertRefused("pinned key", builder -> builder.pinnedKey("sha256//no"));
        assertRefused("user agent", builder -> builder.userAgent(""));
        assertRefused("user-agent prefix", builder -> builder.userAgentPrefix(""));
        assertRefused("user-agent suffix", builder -> builder.userAgentSuffix("a\r\nb"));
        assertRefused("idle connections", builder -> builder.maxIdleConnections(-1));
        assertRefused("idle timeout", builder -> builder.idleTimeout(Duration.ZERO));
        assertRefused("the largest reply", builder -> builder.maxResponseBytes(0));
        assertRefused("the largest reply", builder -> builder.maxResponseBytes(-1));
    }

    @Test
    void aBuilderThatWasRefusedGivesNoClientEver() {
        assertNeverBuilds(builder -> builder.pinnedKey("sha256//" + "A".repeat(42)));
        assertNeverBuilds(builder -> builder.pinnedKey(null));
        assertNeverBuilds(builder -> builder.caFile(Path.of("no", "such", "file")));
        assertNeverBuilds(builder -> builder.caFile(null));
        assertNeverBuilds(builder -> builder.caPem(null));
        assertNeverBuilds(builder -> builder.minTlsVersion(null));
        assertNeverBuilds(builder -> builder.clientCertificateFile(null, null));
        assertNeverBuilds(builder -> builder.clientCertificatePem(null, null));
        assertNeverBuilds(builder -> builder.timeout(null));
    }

    /** A careless program goes on, whatever is thrown. */
    private static void assertNeverBuilds(UnaryOperator<VerigatorBuilder> option) {
        VerigatorBuilder builder = Verigator.builder("user", "password");
        try {
            option.apply(builder);
        } catch (RuntimeException ignored) {
            // As if it had never been called.
        }
        assertThrows(IllegalArgumentException.class, builder::build);
        assertThrows(IllegalArgumentException.class, builder::build);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aPathNeedNotBeText(@TempDir Path folder) throws IOException {
        Path file = Path.of(URI.create(folder.toUri() + "%FF%E4+%20%25.pem"));
        Files.write(file, NO_PEM);
        // It was read, so it was found.
        assertRefused("holds no", builder -> builder.caFile(file));
        assertRefused("holds no", builder -> builder.clientCertificateFile(file, file));
    }

    @Test
    void aPathInAnotherFileSystemIsTold(@TempDir Path folder) throws IOException {
        Path zip = folder.resolve("a.zip");
        try (FileSystem inside =
                FileSystems.newFileSystem(
                        URI.create("jar:" + zip.toUri()), Map.of("create", "true"))) {
            Path file = Files.write(inside.getPath("ca.pem"), NO_PEM);
            assertRefused("own file system", builder -> builder.caFile(file));
        }
    }

    @Test
    void theConstructorsTakeTheOfficialUrls() {
        new Verigator("user", "password").close();
        new Verigator("user", "password", "https://verigator.example/v1").close();
        new Verigator("user", "password", "http://127.0.0.1:8080/v1").close();
        new Verigator("user", "password", "https://verigator.example", "v1").close();
        assertRefused("/v1", () -> new Verigator("user", "password", "https://a.example"));
        assertRefused("/v1", () -> new Verigator("user", "password", null));
        assertRefused("/v1", () -> new Verigator("user", "password", "https://a.example", "v2"));
        assertRefused("plain http", () -> new Verigator("u", "p", "http://a.example", "v1"));
    }

    @Test
    void credentialsThatCannotBeUsedAreToldButNotShown() {
        assertRefused("API username", () -> new Verigator("", "s3cr3t"));
        assertRefused("colon", () -> new Verigator("a:b", "s3cr3t"));
        assertRefused("the API username is NULL", () -> new Verigator(null, "s3cr3t"));
        assertRefused("the API password is NULL", () -> new Verigator("user", null));
        for (String password :
                new String[] {"s3cr3t\n", "s3cr3t\u0000", "s3cr3t\ud800", "õs3cr3t"}) {
            String message = assertRefused("password", () -> new Verigator("user", password));
            assertFalse(message.contains("s3cr3t"), message);
        }
    }

    @Test
    void aRefusalCarriesItsStatus() {
        Exception refusal =
                assertThrows(IllegalArgumentException.class, () -> new Verigator("a:b", "c"));
        VerigatorException cause =
                assertInstanceOf(InvalidInvocationError.class, refusal.getCause());
        assertEquals(-3, cause.getStatus());
        assertEquals("INVALID_CONFIG", cause.getStatusName());
        assertEquals(ErrorKind.USAGE, cause.getKind());
        assertEquals(0, cause.getHttpStatus());
        assertFalse(cause.isMaybeSent());
        assertTrue(cause.isRetrySafe());
    }

    private static Verigator build(UnaryOperator<VerigatorBuilder> options) {
        return options.apply(Verigator.builder("user", "password")).build();
    }

    private static void assertRefused(String part, UnaryOperator<VerigatorBuilder> options) {
        assertRefused(part, () -> build(options));
    }

    private static String assertRefused(String part, Executable attempt) {
        String message = assertThrows(IllegalArgumentException.class, attempt).getMessage();
        assertTrue(message.contains(part), message);
        return message;
    }
}

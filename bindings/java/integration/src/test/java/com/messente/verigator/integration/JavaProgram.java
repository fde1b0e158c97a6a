package com.messente.verigator.integration;

import com.messente.verigator.Verigator;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.function.ThrowingConsumer;

/**
 * A program that is compiled, and run with the installed jar and nothing else in a folder of its
 * own. The system property {@code verigator.jvm} names another virtual machine than this one to run
 * it on, as a command.
 */
final class JavaProgram {
    /** The jar that is tested. */
    static final Path JAR = jar();

    private static final String[] JVM =
            System.getProperty(
                            "verigator.jvm",
                            Path.of(System.getProperty("java.home"), "bin", "java").toString())
                    .split(" ");

    /** Windows is Wine here. */
    private static final boolean IS_WINE =
            System.getProperty("verigator.platform", "").startsWith("windows");

    private static final String PLAIN_INPUT =
            "bindings/java/integration/src/wine/java/PlainInput.java";

    private static final String PATH_SEPARATOR = IS_WINE ? ";" : ":";

    private final String name;
    private final Path folder;
    private List<String> jvm = List.of(JVM);
    private final List<String> options = new ArrayList<>();
    private final Map<String, String> environment = new java.util.HashMap<>();
    private String output = "";

    private JavaProgram(String name, Path folder) {
        this.name = name;
        this.folder = folder;
    }

    private static Path jar() {
        try {
            return Path.of(
                    Verigator.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** Compiles the source of a public class, without a warning. */
    static JavaProgram compile(String name, String source, Path folder) throws Exception {
        compile(Files.writeString(folder.resolve(name + ".java"), source), folder);
        if (IS_WINE) {
            compile(Workspace.path(PLAIN_INPUT), folder);
        }
        return new JavaProgram(name, folder);
    }

    /** Compiles one of the programs that only tests run. */
    static JavaProgram ofTests(String name, Path folder) throws Exception {
        Path file = Workspace.path("bindings/java/integration/src/programs/java", name + ".java");
        return compile(name, Files.readString(file), folder);
    }

    private static void compile(Path file, Path folder) {
        int status =
                ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                System.out,
                                System.err,
                                "--release",
                                "11",
                                "-Xlint:all",
                                "-Werror",
                                "-cp",
                                JAR.toString(),
                                "-d",
                                folder.toString(),
                                file.toString());
        if (status != 0) {
            throw new AssertionError(file + " does not compile");
        }
    }

    /** Runs it on another virtual machine than this one. */
    JavaProgram on(Path java) {
        jvm = List.of(java.toString());
        return this;
    }

    JavaProgram option(String option) {
        options.add(option);
        return this;
    }

    JavaProgram environment(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Runs it with these lines as its standard input, and returns its exit status. */
    int run(String... input) throws Exception {
        return end(start(), "", String.join("\n", input));
    }

    /** Runs it, answers its question whenever it is asked, and returns its exit status. */
    @SafeVarargs
    final int runAndAnswer(String question, Callable<String>... answers) throws Exception {
        Process process = start();
        StringBuilder said = new StringBuilder();
        for (Callable<String> answer : answers) {
            if (!reads(process.getInputStream(), question, said)) {
                break;
            }
            process.getOutputStream()
                    .write((answer.call() + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        }
        return end(process, said.toString(), "");
    }

    /** Runs it, does something about the first line that it writes, and returns its exit status. */
    int runAndHear(ThrowingConsumer<String> listener) throws Exception {
        Process process = start();
        StringBuilder said = new StringBuilder();
        reads(process.getInputStream(), "\n", said);
        try {
            listener.accept(said.toString().trim());
        } catch (Throwable failure) {
            process.destroy();
            end(process, said.toString(), "");
            throw new AssertionError(output, failure);
        }
        return end(process, said.toString(), "");
    }

    /** Reads on until something is said again, or nothing more. */
    private static boolean reads(InputStream output, String question, StringBuilder said)
            throws IOException {
        int from = said.length();
        while (said.indexOf(question, from) < 0) {
            int next = output.read();
            if (next < 0) {
                return false;
            }
            said.append((char) next);
        }
        return true;
    }

    private Process start() throws IOException {
        List<String> command = new ArrayList<>(jvm);
        command.addAll(options);
        command.addAll(List.of("-cp", JAR + PATH_SEPARATOR + folder));
        if (IS_WINE) {
            command.add("PlainInput");
        }
        command.add(name);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.directory(folder.toFile()).environment().putAll(environment);
        return builder.start();
    }

    private int end(Process process, String said, String input) throws Exception {
        process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        byte[] rest = process.getInputStream().readAllBytes();
        output = (said + new String(rest, StandardCharsets.UTF_8)).replace("\r\n", "\n");
        return process.waitFor();
    }

    /**
     * What it wrote, to standard output and standard error, in lines that end as those of Linux.
     */
    String output() {
        return output;
    }
}

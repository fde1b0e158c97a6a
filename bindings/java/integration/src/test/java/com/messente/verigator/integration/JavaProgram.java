package com.messente.verigator.integration;

import com.messente.verigator.Verigator;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.tools.ToolProvider;

/** A program that is compiled and run with the installed jar and nothing else. */
final class JavaProgram {
    /** The jar that is tested. */
    static final Path JAR = jar();

    private final String name;
    private final Path classes;
    private final List<String> options = new ArrayList<>();
    private final Map<String, String> environment = new java.util.HashMap<>();
    private String output = "";

    private JavaProgram(String name, Path classes) {
        this.name = name;
        this.classes = classes;
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
        Path file = Files.writeString(folder.resolve(name + ".java"), source);
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
            throw new AssertionError(name + " does not compile");
        }
        return new JavaProgram(name, folder);
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
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", JAR + System.getProperty("path.separator") + classes, name));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().write(String.join("\n", input).getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor();
    }

    /** What it wrote, to standard output and standard error. */
    String output() {
        return output;
    }
}

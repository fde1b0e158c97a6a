package com.messente.verigator.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Runs the cases that every language runs; tests/conformance/README.md says what they are. */
class ConformanceTest {
    private static final String LANGUAGE = "java";
    private static final Map<String, String> SUMMARY = new TreeMap<>();
    private static Program peer;

    @BeforeAll
    static void start() {
        peer = new Program("conformance-peer", folder().toString());
    }

    @AfterAll
    static void stop() throws Exception {
        peer.close();
        Path file = Workspace.path("target", "conformance", LANGUAGE + ".json");
        Files.createDirectories(file.getParent());
        String summary = new GsonBuilder().setPrettyPrinting().create().toJson(SUMMARY);
        Files.writeString(file, summary + "\n");
    }

    private static Path folder() {
        return Workspace.path("tests", "conformance", "cases");
    }

    @TestFactory
    List<DynamicTest> cases() throws Exception {
        List<DynamicTest> tests = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder(), "*.json")) {
            for (Path file : files) {
                for (JsonElement element :
                        JsonParser.parseString(Files.readString(file)).getAsJsonArray()) {
                    JsonObject test = element.getAsJsonObject();
                    String name = test.get("name").getAsString();
                    tests.add(DynamicTest.dynamicTest(name, () -> run(name, test)));
                }
            }
        }
        assertTrue(tests.size() > 0);
        return tests;
    }

    private static void run(String name, JsonObject test) throws Exception {
        if (test.has("skip") && test.getAsJsonObject("skip").has(LANGUAGE)) {
            String why = test.getAsJsonObject("skip").get(LANGUAGE).getAsString();
            SUMMARY.put(name, "skip: " + why);
            abort(why);
        }
        SUMMARY.put(name, "fail");
        JsonObject outcome =
                ConformanceCall.outcome(test, peer.url() + "/" + LANGUAGE + "/" + name);
        assertEquals(List.of(), differences(test.getAsJsonObject("expect"), outcome));
        JsonObject verdict =
                JsonParser.parseString(peer.get("/_/verdict/" + LANGUAGE + "/" + name))
                        .getAsJsonObject();
        assertTrue(verdict.get("ok").getAsBoolean(), verdict::toString);
        SUMMARY.put(name, "pass");
    }

    /** What is not as expected. Only what the case names is compared. */
    private static List<String> differences(JsonObject expect, JsonObject outcome) {
        String kind = expect.keySet().iterator().next();
        JsonElement expected = expect.get(kind);
        JsonElement actual = outcome.get(kind);
        List<String> differences = new ArrayList<>();
        if (actual == null) {
            differences.add("expected " + expect + ", got " + outcome);
        } else if (!expected.isJsonObject()) {
            compare(differences, kind, expected, actual);
        } else {
            for (String field : expected.getAsJsonObject().keySet()) {
                JsonElement wanted = expected.getAsJsonObject().get(field);
                if (field.equals("message_contains") || field.equals("message_lacks")) {
                    String message = actual.getAsJsonObject().get("message").getAsString();
                    for (JsonElement part : wanted.getAsJsonArray()) {
                        if (message.contains(part.getAsString())
                                != field.equals("message_contains")) {
                            differences.add(field + ": " + part + ", got " + message);
                        }
                    }
                } else {
                    compare(differences, field, wanted, actual.getAsJsonObject().get(field));
                }
            }
        }
        return differences;
    }

    private static void compare(
            List<String> differences, String field, JsonElement expected, JsonElement actual) {
        if (!expected.equals(actual)) {
            differences.add(field + ": expected " + expected + ", got " + actual);
        }
    }
}

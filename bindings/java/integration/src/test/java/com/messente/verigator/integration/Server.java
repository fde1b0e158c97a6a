package com.messente.verigator.integration;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import com.messente.verigator.User;
import com.messente.verigator.Verigator;
import com.messente.verigator.VerigatorBuilder;

/** A development server of its own for each test class. */
final class Server extends Program {
    static final String USERNAME = "demo";
    static final String PASSWORD = "demo-password";

    Server() {
        super(
                "verigator-server",
                "--dev",
                "--database",
                ":memory:",
                "--listen",
                "127.0.0.1:0",
                "--chaos");
    }

    VerigatorBuilder builder() {
        return Verigator.builder(USERNAME, PASSWORD).baseUrl(url());
    }

    /** The PIN that the user was sent last. */
    String pin(User user) throws Exception {
        return lastPin("?user_id=" + user.getId());
    }

    /** The PIN that anybody was sent last. */
    String latestPin() throws Exception {
        return lastPin("");
    }

    private String lastPin(String query) throws Exception {
        JsonArray messages =
                JsonParser.parseString(get("/_/outbox" + query))
                        .getAsJsonObject()
                        .getAsJsonArray("messages");
        return messages.get(messages.size() - 1).getAsJsonObject().get("pin").getAsString();
    }

    /** Any PIN but that one. */
    static String wrong(String pin) {
        return (pin.charAt(0) == '0' ? "1" : "0") + pin.substring(1);
    }
}

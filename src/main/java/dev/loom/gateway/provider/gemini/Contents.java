package dev.loom.gateway.provider.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UnsupportedRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * OpenAI's messages as Gemini's contents. System and developer messages, wherever they stand, become the system
 * instruction; messages of one role in a row become one turn; the results of tools are a turn of their own.
 */
final class Contents {

    private final ArrayNode system = Json.array();
    private final ArrayNode contents = Json.array();
    private final Calls calls;

    /** The turn that is being filled: {@code user}, {@code model}, {@code tool}, or empty before the first. */
    private String turn = "";

    private Contents(Model model) {
        this.calls = new Calls(model);
    }

    /** Writes {@code contents} and {@code systemInstruction} of a request. */
    static void write(JsonNode request, Model model, ObjectNode into) {
        Contents contents = new Contents(model);
        JsonNode messages = request.path("messages");
        for (int i : order(messages)) {
            contents.message(messages.path(i), "messages[" + i + "]");
        }
        if (JsonAnswer.of(request, model) == JsonAnswer.INSTRUCTION) {
            contents.system.addObject().put("text", JsonAnswer.WORDS);
        }
        contents.finish(into);
    }

    /** The results of tools right behind their calls, as Gemini wants them; what a client has put in between follows. */
    private static List<Integer> order(JsonNode messages) {
        List<Integer> order = new ArrayList<>(messages.size());
        int behindCalls = 0;
        for (int i = 0; i < messages.size(); i++) {
            String role = messages.path(i).path("role").asText("");
            order.add(role.equals("tool") ? behindCalls++ : order.size(), i);
            behindCalls = role.equals("assistant") ? order.size() : behindCalls;
        }
        return order;
    }

    private void message(JsonNode message, String place) {
        String role = message.path("role").asText("");
        switch (role) {
            case "system", "developer" -> parts(message.path("content"), place + ".content", system);
            case "user" -> user(message, place);
            case "assistant" -> assistant(message, place);
            case "tool" -> calls.result(message, place, turn("tool"));
            default ->
                throw new UnsupportedRequest("Gemini has no counterpart for the role '" + role + "'.", place + ".role");
        }
    }

    private void user(JsonNode message, String place) {
        ArrayNode parts = Json.array();
        parts(message.path("content"), place + ".content", parts);
        append("user", parts);
    }

    private void assistant(JsonNode message, String place) {
        if (message.hasNonNull("audio") || message.hasNonNull("function_call")) {
            String field = message.hasNonNull("audio") ? "audio" : "function_call";
            throw new UnsupportedRequest("Gemini has no counterpart for '" + field + "'.", place + "." + field);
        }
        ArrayNode parts = Json.array();
        parts(message.path("content"), place + ".content", parts);
        text(message.path("refusal"), parts);
        for (JsonNode picture : message.path("images")) {
            parts.add(Media.of(picture, place + ".images"));
        }
        calls.write(message.path("tool_calls"), place + ".tool_calls", parts);
        append("model", parts);
    }

    private void append(String role, ArrayNode parts) {
        if (!parts.isEmpty()) {
            turn(role).addAll(parts);
        }
    }

    /** The parts of the current turn if it is of this kind, else those of a new one. */
    private ArrayNode turn(String kind) {
        if (!turn.equals(kind)) {
            open(kind);
        }
        return (ArrayNode) contents.get(contents.size() - 1).get("parts");
    }

    private void open(String kind) {
        ArrayNode shown = calls.endOfTurn();
        if (contents.isEmpty() && !kind.equals("user")) {
            addTurn("user").addObject().put("text", " "); // Gemini wants the user to begin, and no empty text
        }
        if (!shown.isEmpty() && !kind.equals("user")) {
            addTurn("user").addAll(shown);
            shown.removeAll();
        }
        addTurn(kind.equals("model") ? "model" : "user").addAll(shown);
        turn = kind;
    }

    private ArrayNode addTurn(String role) {
        return contents.addObject().put("role", role).putArray("parts");
    }

    private static void parts(JsonNode content, String place, ArrayNode into) {
        text(content, into);
        if (content.isArray()) {
            for (int i = 0; i < content.size(); i++) {
                part(content.path(i), place + "[" + i + "]", into);
            }
        }
    }

    private static void part(JsonNode part, String place, ArrayNode into) {
        String type = part.path("type").asText("");
        if (type.equals("text") || type.equals("refusal")) {
            text(part.path(type), into);
        } else {
            into.add(Media.of(part, place));
        }
    }

    /** Gemini refuses empty texts, so they are left out. */
    private static void text(JsonNode text, ArrayNode into) {
        if (text.isTextual() && !text.textValue().isEmpty()) {
            into.addObject().set("text", text);
        }
    }

    /** Gemini needs something to answer: without any other message it answers the instruction. */
    private void finish(ObjectNode into) {
        ArrayNode shown = calls.endOfTurn();
        if (!shown.isEmpty()) {
            addTurn("user").addAll(shown);
        }
        if (contents.isEmpty() && system.isEmpty()) {
            throw new UnsupportedRequest(
                    "The messages say nothing: Gemini needs a text, a picture or a file.", "messages");
        } else if (contents.isEmpty()) {
            into.putArray("contents").addObject().put("role", "user").set("parts", system);
            return;
        }
        into.set("contents", contents);
        if (!system.isEmpty()) {
            into.putObject("systemInstruction").set("parts", system);
        }
    }
}

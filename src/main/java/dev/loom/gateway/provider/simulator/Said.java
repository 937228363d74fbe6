package dev.loom.gateway.provider.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a simulated model says to a request: a call of a tool where there are tools and no result of one yet, JSON where a
 * format asks for it, else a sentence about itself. In pieces, of which each counts as a token.
 *
 * @param thought before it says anything; empty where nobody asks for reasoning
 * @param tool that is called; null for a text
 * @param pieces of the text, or of the call's arguments
 * @param cut true if there would have been more
 */
record Said(List<String> thought, @Nullable String tool, List<String> pieces, boolean cut) {

    /** Characters. */
    private static final int PIECE = 12;

    /** @param most tokens */
    static Said to(ChatRequest request, String provider, int most) {
        JsonNode tree = request.tree();
        List<String> thought = thought(tree);
        JsonNode tool = tool(tree);
        List<String> pieces = tool != null
                ? parts(Json.string(SampleValue.of(tool.path("parameters"), most * PIECE)))
                : pieces(request, tree, provider, most);
        int bound = Math.min(most, Objects.requireNonNullElse(request.maxTokens(), most));
        boolean cut = bound < thought.size() + pieces.size();
        int thoughts = cut ? Math.min(bound, thought.size()) : thought.size();
        int rest = cut ? bound - thoughts : pieces.size();
        return new Said(
                thought.subList(0, thoughts),
                tool == null ? null : tool.path("name").asText(),
                pieces.subList(0, rest),
                cut);
    }

    int tokens() {
        return thought.size() + pieces.size();
    }

    String text() {
        return String.join("", pieces);
    }

    String finishReason() {
        return cut ? "length" : tool != null ? "tool_calls" : "stop";
    }

    private static List<String> thought(JsonNode request) {
        String effort = request.path("reasoning_effort").asText("none");
        return effort.equals("none") ? List.of() : words("This is simulated reasoning, of effort " + effort + ".");
    }

    private static List<String> pieces(ChatRequest request, JsonNode tree, String provider, int most) {
        JsonNode format = tree.path("response_format");
        return switch (format.path("type").asText()) {
            case "json_schema" -> parts(Json.string(SampleValue.of(format.at("/json_schema/schema"), most * PIECE)));
            case "json_object" -> parts(Json.string(Json.object().put("answer", "simulated")));
            default ->
                words("This is a simulated answer from provider '" + provider + "': no model was called. You asked "
                        + request.model() + ": " + beginning(lastUserText(tree), most * PIECE));
        };
    }

    /** The function to be called: the one that is named, or else the first that may be; null where none is to be. */
    private static @Nullable JsonNode tool(JsonNode request) {
        JsonNode choice = request.path("tool_choice");
        String mode = choice.isTextual()
                ? choice.asText()
                : choice.at("/allowed_tools/mode").asText("auto");
        JsonNode named = choice.at("/function/name");
        boolean forced = named.isTextual() || mode.equals("required");
        if (mode.equals("none") || (hasResult(request.path("messages")) && !forced)) {
            return null;
        }
        List<String> allowed = choice.at("/allowed_tools/tools").findValuesAsText("name");
        for (JsonNode tool : request.path("tools")) {
            String name = tool.at("/function/name").asText();
            boolean meant =
                    named.isTextual() ? named.asText().equals(name) : allowed.isEmpty() || allowed.contains(name);
            if (tool.path("type").asText().equals("function") && meant) {
                return tool.path("function");
            }
        }
        return null;
    }

    /** Whether a tool has answered since the model last spoke. Agents put words of their own behind a result. */
    private static boolean hasResult(JsonNode messages) {
        boolean result = false;
        for (JsonNode message : messages) {
            String role = message.path("role").asText();
            result = role.equals("tool") || (result && !role.equals("assistant"));
        }
        return result;
    }

    private static String lastUserText(JsonNode request) {
        String text = "";
        for (JsonNode message : request.path("messages")) {
            if (message.path("role").asText().equals("user")) {
                JsonNode content = message.path("content");
                String said =
                        content.isTextual() ? content.textValue() : String.join(" ", content.findValuesAsText("text"));
                text = said.isEmpty() ? text : said;
            }
        }
        return text;
    }

    private static String beginning(String text, int characters) {
        return text.length() <= characters ? text : text.substring(0, characters);
    }

    private static List<String> words(String text) {
        return List.of(text.split("(?<= )", -1));
    }

    private static List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < text.length(); ) {
            int characters = Math.min(PIECE, text.codePointCount(i, text.length()));
            int end = text.offsetByCodePoints(i, characters);
            parts.add(text.substring(i, end));
            i = end;
        }
        return parts;
    }
}

package dev.loom.gateway.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Refusal;
import dev.loom.gateway.provider.Target;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What Claude's errors complain of that a request can do without, as {@code loom/claude.json} has it. */
final class Refusals {

    /** What the model thought in earlier turns, which it may not know, or no longer, as its own. */
    static final String THINKING_BLOCKS = "thinking_blocks";

    /** Thinking while a call of a tool is forced. */
    static final String FORCED_THINKING = "thinking beside tool_choice";

    /** What the API enforces: {@code strict} of tools, and the schema of an answer. */
    static final String STRICT = "strict";

    private record Known(Pattern words, Refusal refusal) {}

    private static final List<Known> KNOWN = known();

    private Refusals() {}

    private static List<Known> known() {
        List<Known> known = new ArrayList<>();
        for (JsonNode json : ClaudeFile.JSON.path("refusals")) {
            Pattern words = Pattern.compile(json.path("words").asText(), Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
            known.add(new Known(
                    words,
                    new Refusal(json.path("part").asText(), json.path("lasting").asBoolean())));
        }
        return List.copyOf(known);
    }

    static @Nullable Refusal in(int status, byte[] body, ApiRequest request, Target target) {
        if (status != 400 || !(request instanceof ChatRequest chat)) {
            return null;
        }
        String error = new String(body, StandardCharsets.UTF_8);
        return KNOWN.stream()
                .filter(known -> known.words.matcher(error).find())
                .map(Known::refusal)
                .filter(refusal -> !target.quirks().refused().contains(refusal.part()))
                .filter(refusal ->
                        !refusal.part().equals(THINKING_BLOCKS) || chat.traces().contains(THINKING_BLOCKS))
                .findFirst()
                .orElse(null);
    }
}

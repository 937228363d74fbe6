package dev.loom.gateway.provider.gemini;

import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Refusal;
import dev.loom.gateway.provider.Target;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What Gemini's errors complain of that a request can do without. Which models take penalties differs between Google's
 * two services and has changed more than once, so it is found out.
 */
final class Refusals {

    private Refusals() {}

    /** {@code presence_penalty} and {@code frequency_penalty}, which a model takes or refuses together. */
    static String penalties(Target target) {
        return "penalties of " + target.model();
    }

    /** Null where the error is of another kind. */
    static @Nullable Refusal in(int status, byte[] body, ApiRequest request, Target target) {
        String penalties = penalties(target);
        boolean refused = status == 400
                && request instanceof ChatRequest chat
                && (chat.tree().hasNonNull("presence_penalty") || chat.tree().hasNonNull("frequency_penalty"))
                && !target.quirks().refused().contains(penalties)
                && new String(body, StandardCharsets.UTF_8).contains("Penalty is not enabled");
        return refused ? new Refusal(penalties, true) : null;
    }
}

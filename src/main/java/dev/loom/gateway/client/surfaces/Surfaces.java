package dev.loom.gateway.client.surfaces;

import dev.loom.gateway.client.Lookup;
import dev.loom.gateway.client.Surface;
import dev.loom.gateway.client.chat.Chat;
import dev.loom.gateway.client.chat.Embeddings;
import dev.loom.gateway.client.completions.Completions;
import dev.loom.gateway.client.gemini.Gemini;
import dev.loom.gateway.client.messages.Messages;
import dev.loom.gateway.client.responses.Responses;

/** The languages that clients speak, and how to tell which one a client speaks of whom nothing else is known. */
public final class Surfaces {

    public static final Chat CHAT = new Chat();
    public static final Embeddings EMBEDDINGS = new Embeddings();
    public static final Completions COMPLETIONS = new Completions();
    public static final Responses RESPONSES = new Responses();
    public static final Messages MESSAGES = new Messages();
    public static final Gemini GEMINI = new Gemini();

    private Surfaces() {}

    /**
     * The language of errors, and of lists of models.
     *
     * @param path as the client wrote it
     */
    public static Surface spokenBy(String path, Lookup headers) {
        if (path.contains("/v1beta/") || headers.get("x-goog-api-key") != null || hasMethod(path)) {
            return GEMINI;
        }
        return path.contains("/messages") || headers.get("anthropic-version") != null ? MESSAGES : CHAT;
    }

    /** As in {@code /v1/models/gemini-2.5-flash:generateContent}. */
    private static boolean hasMethod(String path) {
        int model = path.indexOf("/models/");
        return model >= 0
                && (path.endsWith("Content") || path.endsWith("Contents") || path.endsWith("Tokens"))
                && path.lastIndexOf(':') > model;
    }
}

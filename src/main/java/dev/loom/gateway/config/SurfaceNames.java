package dev.loom.gateway.config;

import java.util.List;
import java.util.stream.Stream;

/** What clients can ask for, by the names that stand in configuration files and, mostly, behind {@code /v1}. */
public final class SurfaceNames {

    /** What is read and, where it must be, translated. */
    private static final List<String> READ =
            List.of("chat", "embeddings", "responses", "messages", "completions", "gemini");

    /** What passes to a provider as it comes, where {@code server.pass_through} opens it. */
    public static final List<String> PASSED = List.of(
            "moderations", "audio", "images", "rerank", "files", "batches", "uploads", "fine_tuning", "vector_stores");

    private SurfaceNames() {}

    static String[] passed() {
        return PASSED.toArray(String[]::new);
    }

    static String[] all() {
        return Stream.concat(READ.stream(), PASSED.stream()).toArray(String[]::new);
    }
}

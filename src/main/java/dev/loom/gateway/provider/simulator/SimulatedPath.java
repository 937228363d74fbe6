package dev.loom.gateway.provider.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** What a simulated provider answers on the paths that pass as they are: moderations, rerank, audio and pictures. */
public final class SimulatedPath {

    /** Those that it answers, below the version. */
    private static final Set<String> ANSWERED = Set.of(
            "/moderations",
            "/rerank",
            "/audio/speech",
            "/audio/transcriptions",
            "/audio/translations",
            "/images/generations",
            "/images/edits",
            "/images/variations");

    /** Of a list in a request; each makes a part of the answer. */
    private static final int MOST_ENTRIES = 2048;

    /** @param type of the content */
    public record Answer(int status, String type, byte[] body) {

        static Answer json(ObjectNode body) {
            return new Answer(200, "application/json", Json.bytes(body));
        }

        static Answer text(String body) {
            return new Answer(200, "text/plain; charset=utf-8", body.getBytes(StandardCharsets.UTF_8));
        }
    }

    private SimulatedPath() {}

    /** @param path with or without a query */
    public static boolean isAnswered(String path) {
        return ANSWERED.contains(bare(path));
    }

    private static String bare(String path) {
        return path.replaceFirst("\\?.*", "");
    }

    /**
     * The same answer to the same request.
     *
     * @param path one that {@link #isAnswered}
     * @param body JSON, or the beginning of a form
     */
    public static Answer to(String path, byte[] body) {
        JsonNode json = Json.lenient(body);
        try {
            return switch (bare(path)) {
                case "/moderations" -> Moderation.of(json);
                case "/rerank" -> Rerank.of(json);
                case "/audio/speech" -> Speech.of(json);
                case "/audio/transcriptions" -> Transcript.of("transcription", body);
                case "/audio/translations" -> Transcript.of("translation", body);
                default -> Picture.of(json);
            };
        } catch (InvalidRequest e) {
            return new Answer(400, "application/json", e.error().toBody());
        }
    }

    /** @throws InvalidRequest if the list is longer than a simulator has patience for */
    static void requireShort(JsonNode list, String field) throws InvalidRequest {
        if (list.size() > MOST_ENTRIES) {
            throw new InvalidRequest(ApiError.invalidRequest(
                    "A simulator takes at most " + MOST_ENTRIES + " entries in '" + field + "', not " + list.size()
                            + ".",
                    field,
                    null));
        }
    }

    /** @throws InvalidRequest if the request does not have it */
    static JsonNode required(JsonNode request, String field) throws InvalidRequest {
        JsonNode value = request.path(field);
        if (value.isMissingNode() || value.isNull()) {
            throw new InvalidRequest(ApiError.invalidRequest("'" + field + "' is missing.", field, null));
        }
        return value;
    }
}

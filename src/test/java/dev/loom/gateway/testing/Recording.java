package dev.loom.gateway.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One interaction with a provider's real API, recorded by others.
 *
 * @param dialect the folder it lies in
 * @param name dialect and file, fit to be a provider's and a model's name
 */
public record Recording(String dialect, String name, JsonNode request, JsonNode response) {

    private static final Set<String> FRAMING = Set.of("content-length", "content-encoding", "transfer-encoding");

    /** Those of one dialect, by file name. */
    public static List<Recording> in(String folder, String dialect) {
        List<Recording> recordings = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of(folder, dialect)).sorted()) {
            for (Path file : files.toList()) {
                JsonNode json = Json.MAPPER.readTree(file.toFile());
                String name = dialect + "-" + file.getFileName().toString().replace(".json", "");
                recordings.add(new Recording(dialect, name, json.path("request"), json.path("response")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return recordings;
    }

    public int status() {
        return response.path("status").asInt();
    }

    public boolean isStream() {
        return response.at("/headers/content-type").asText().startsWith("text/event-stream");
    }

    public boolean isChat() {
        return !request.path("path").asText().contains("embeddings");
    }

    /** The model that the recorded request asked for, which Google's have in their path. */
    public String model() {
        String path = request.path("path").asText();
        return request.at("/body/model")
                .asText(path.replaceFirst(".*/models/", "").replaceFirst(":.*", ""));
    }

    /** As they came; those that are not plain ASCII were recorded in Base64. */
    public byte[] body() {
        String body = response.path("body").asText();
        return body.startsWith("ZGF0YTog") ? Base64.getDecoder().decode(body) : body.getBytes(StandardCharsets.UTF_8);
    }

    public JsonNode json() {
        return Json.lenient(body());
    }

    /** The data of a stream's events, but for {@code [DONE]}: in recordings every event has one line of it. */
    public List<JsonNode> events() {
        return new String(body(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("data: {"))
                .map(line -> Json.lenient(line.substring(6).getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    /** Without those that describe how the recorded bytes were framed. */
    public Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>(Map.of("content-type", "application/json"));
        response.path("headers").properties().stream()
                .filter(header -> !FRAMING.contains(header.getKey()))
                .forEach(
                        header -> headers.put(header.getKey(), header.getValue().asText()));
        return headers;
    }

    @Override
    public String toString() {
        return name;
    }
}

package dev.loom.gateway.provider.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What was said in a recording: always the same, in the format that the form asks for. */
final class Transcript {

    private static final Pattern FORMAT =
            Pattern.compile("name=\"?response_format\"?\\r\\n(?:[^\\r\\n]+\\r\\n)*\\r\\n([a-z_]+)\\r\\n");

    private Transcript() {}

    /** @param form its beginning, in which the field is looked for */
    static SimulatedPath.Answer of(String what, byte[] form) {
        String text = "This is a simulated " + what + ": no model was called.";
        Matcher format = FORMAT.matcher(new String(form, StandardCharsets.ISO_8859_1));
        return switch (format.find() ? format.group(1) : "json") {
            case "text" -> SimulatedPath.Answer.text(text + "\n");
            case "srt" -> SimulatedPath.Answer.text("1\n00:00:00,000 --> 00:00:01,000\n" + text + "\n\n");
            case "vtt" -> SimulatedPath.Answer.text("WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n" + text + "\n\n");
            case "verbose_json" -> SimulatedPath.Answer.json(verbose(what, text));
            default -> SimulatedPath.Answer.json(Json.object().put("text", text));
        };
    }

    private static ObjectNode verbose(String what, String text) {
        ObjectNode body = Json.object()
                .put("task", what.equals("translation") ? "translate" : "transcribe")
                .put("language", "english")
                .put("duration", 1.0)
                .put("text", text);
        body.putArray("segments");
        return body;
    }
}

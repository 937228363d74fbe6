package dev.loom.gateway.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.replay.RecordedRequest.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Reads {@code requests.jsonl}: one JSON object a line, as {@code docs/replay.md} describes it. */
final class RequestsFile {

    private static final List<String> REQUEST =
            List.of("at", "model", "stream", "input_tokens", "output_tokens", "max_tokens", "outcomes");
    private static final List<String> ANSWER = List.of("class", "status", "ms", "first_token_ms", "retry_after_ms");

    private static final int MOST_PROBLEMS = 20;

    private static final Duration LONGEST = Duration.ofDays(366);

    /** When a request came: since the first one where the file gives seconds, else since 1970. */
    private record Timed(Duration time, boolean absolute, RecordedRequest request) {}

    private final Path file;

    private RequestsFile(Path file) {
        this.file = file;
    }

    /**
     * The requests in the order of their times, the first at zero.
     *
     * @throws ReplayFailed with every line that is wrong, {@link #MOST_PROBLEMS} at most
     */
    static List<RecordedRequest> read(Path file) throws ReplayFailed {
        try {
            return new RequestsFile(file).requests(Files.readAllLines(file));
        } catch (IOException e) {
            throw new ReplayFailed(file + ": cannot be read as text: " + e);
        }
    }

    private List<RecordedRequest> requests(List<String> lines) throws ReplayFailed {
        List<Timed> requests = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < lines.size() && problems.size() < MOST_PROBLEMS; i++) {
            try {
                if (!lines.get(i).isBlank()) {
                    requests.add(request(lines.get(i), file + ":" + (i + 1)));
                }
            } catch (ReplayFailed e) {
                problems.add(e.getMessage());
            }
        }
        if (problems.isEmpty() && requests.isEmpty()) {
            problems.add(file + ": there is no request in it");
        } else if (requests.stream().map(Timed::absolute).distinct().count() > 1) {
            problems.add(file + ": 'at' must be seconds in every line, or a time of day in every line");
        }
        if (!problems.isEmpty()) {
            throw new ReplayFailed(String.join("\n", problems));
        }
        return withinBounds(fromZero(requests));
    }

    private static List<RecordedRequest> fromZero(List<Timed> requests) {
        List<Timed> sorted =
                requests.stream().sorted(Comparator.comparing(Timed::time)).toList();
        Duration first = sorted.get(0).time();
        return sorted.stream()
                .map(timed -> at(timed.time().minus(first), timed.request()))
                .toList();
    }

    private List<RecordedRequest> withinBounds(List<RecordedRequest> requests) throws ReplayFailed {
        if (requests.get(requests.size() - 1).at().compareTo(LONGEST) > 0) {
            throw new ReplayFailed(file + ": from the first request to the last it is more than a year");
        }
        return requests;
    }

    private static RecordedRequest at(Duration time, RecordedRequest old) {
        return new RecordedRequest(
                time, old.model(), old.stream(), old.inputTokens(), old.outputTokens(), old.maxTokens(), old.answers());
    }

    private static Timed request(String line, String where) throws ReplayFailed {
        Fields fields = new Fields(parse(line, where), where, REQUEST);
        JsonNode at = fields.get("at");
        RecordedRequest request = new RecordedRequest(
                Duration.ZERO,
                fields.text("model", null),
                fields.flag("stream"),
                fields.whole("input_tokens"),
                fields.whole("output_tokens"),
                fields.wholeIfAny("max_tokens"),
                answers(fields.get("outcomes"), where));
        return new Timed(time(at, fields), at.isTextual(), request);
    }

    private static JsonNode parse(String line, String where) throws ReplayFailed {
        try {
            return Json.MAPPER.readTree(line);
        } catch (JsonProcessingException e) {
            throw new ReplayFailed(where + ": is not JSON: " + e.getOriginalMessage());
        }
    }

    private static Duration time(JsonNode at, Fields fields) throws ReplayFailed {
        if (at.isNumber() && at.doubleValue() >= 0) {
            return Duration.ofNanos(Math.round(at.doubleValue() * 1e9));
        }
        try {
            return Duration.between(Instant.EPOCH, OffsetDateTime.parse(at.asText()));
        } catch (DateTimeException e) {
            throw fields.wrong("'at' must be seconds since the start, or a time such as 2026-01-31T09:30:00.250Z");
        }
    }

    private static Map<String, Answer> answers(JsonNode outcomes, String where) throws ReplayFailed {
        Map<String, Answer> answers = new LinkedHashMap<>();
        if (!outcomes.isMissingNode() && !outcomes.isObject()) {
            throw new ReplayFailed(where + ": 'outcomes' must be a JSON object, of provider to outcome");
        }
        for (Map.Entry<String, JsonNode> entry : outcomes.properties()) {
            answers.put(entry.getKey(), answer(entry.getValue(), where + ": outcomes." + entry.getKey()));
        }
        return answers;
    }

    private static Answer answer(JsonNode json, String where) throws ReplayFailed {
        Fields fields = new Fields(json, where, ANSWER);
        Outcome outcome = outcome(fields);
        Integer status = fields.wholeIfAny("status");
        return new Answer(
                outcome,
                status == null ? usualStatus(outcome) : status,
                fields.millis("ms"),
                fields.millis("first_token_ms"),
                fields.millis("retry_after_ms"));
    }

    private static Outcome outcome(Fields fields) throws ReplayFailed {
        String label = fields.text("class", Outcome.SUCCESS.label());
        List<Outcome> known = Arrays.stream(Outcome.values())
                .filter(outcome -> outcome != Outcome.HANG_UP)
                .toList();
        return known.stream()
                .filter(outcome -> outcome.label().equals(label))
                .findFirst()
                .orElseThrow(() -> fields.wrong("'class' must be one of "
                        + known.stream().map(Outcome::label).collect(Collectors.joining(", "))));
    }

    private static int usualStatus(Outcome outcome) {
        return switch (outcome) {
            case SUCCESS, HANG_UP -> 200;
            case TRANSIENT -> 503;
            case RATE_LIMITED, QUOTA -> 429;
            case CREDENTIAL -> 401;
            case MODEL_GONE -> 404;
            case CONTEXT_LENGTH, UNSUPPORTED_HERE, CALLER_FAULT -> 400;
        };
    }
}

package dev.loom.gateway.camel.admin;

import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.config.yaml.DurationHint;
import dev.loom.gateway.provider.ApiError;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The parameters of a question for usage. */
final class UsageParameters {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,7})([mhd])");
    private static final Map<String, Duration> UNITS =
            Map.of("m", Duration.ofMinutes(1), "h", Duration.ofHours(1), "d", Duration.ofDays(1));

    /** One that is not about seconds. */
    private static final Pattern HINT = Pattern.compile(".*\\d[mhd]");

    private static final int MOST = 10_000;

    /** Points of a series. */
    private static final int MOST_POINTS = 1_500;

    private final HttpServerRequest request;

    UsageParameters(HttpServerRequest request) {
        this.request = request;
    }

    /** The account; null for all. */
    @Nullable
    String key() {
        String key = request.getParam("key");
        return key == null || key.isBlank() ? null : key;
    }

    String windowText() {
        String text = request.getParam("window");
        return text == null ? "24h" : text;
    }

    Duration window() throws RequestEnded {
        return duration("window", windowText());
    }

    /** By default a sixtieth of the window, or a minute. */
    Duration step() throws RequestEnded {
        String text = request.getParam("step");
        long minutes = Math.max(1, window().toMinutes() / 60);
        Duration step = text == null ? Duration.ofMinutes(minutes) : duration("step", text);
        if (window().dividedBy(step) > MOST_POINTS) {
            throw invalid("step", "must not divide the window into more than " + MOST_POINTS + " parts");
        }
        return step;
    }

    boolean byCost() throws RequestEnded {
        String by = request.getParam("by");
        if (by != null && !by.equals("tokens") && !by.equals("cost")) {
            throw invalid("by", "must be tokens or cost");
        }
        return "cost".equals(by);
    }

    int limit() throws RequestEnded {
        String text = request.getParam("limit");
        if (text == null) {
            return 10;
        }
        boolean number = text.matches("\\d{1,5}");
        if (!number || Integer.parseInt(text) < 1 || Integer.parseInt(text) > MOST) {
            throw invalid("limit", "must be a whole number from 1 to " + MOST);
        }
        return Integer.parseInt(text);
    }

    private static Duration duration(String name, String text) throws RequestEnded {
        Matcher parts = DURATION.matcher(text);
        if (!parts.matches() || Integer.parseInt(parts.group(1)) == 0) {
            String hint = DurationHint.of(text);
            throw invalid(
                    name,
                    "must be a duration such as 5m, 1h or 7d"
                            + (HINT.matcher(hint).matches() ? hint : ""));
        }
        return UNITS.getOrDefault(parts.group(2), Duration.ZERO).multipliedBy(Integer.parseInt(parts.group(1)));
    }

    private static RequestEnded invalid(String name, String wanted) {
        return RequestEnded.with(400, ApiError.invalidRequest("'" + name + "' " + wanted + ".", name, null));
    }
}

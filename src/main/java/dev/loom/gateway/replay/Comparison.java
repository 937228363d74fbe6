package dev.loom.gateway.replay;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Two replays of the same requests side by side, as a table or as JSON. */
record Comparison(List<RecordedRequest> requests, Side before, Side after) {

    /** @param name as the user wrote it */
    record Side(String name, Tally tally) {}

    private static final List<String> COLUMNS = List.of(
            "provider", "share of answers", "input tokens", "output tokens", "cost USD", "failed over", "refused");

    /** Lines that a person reads, each with its end. */
    String table() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(COLUMNS);
        providers().forEach(provider -> rows.add(row(provider)));
        rows.add(total());
        return "%,d requests in %s%nbefore: %s%nafter:  %s%n%n%s%n%s%n%s"
                .formatted(requests.size(), span(), before.name, after.name, aligned(rows), clients(), assumptions());
    }

    private Set<String> providers() {
        Set<String> all = new LinkedHashSet<>(before.tally.providers());
        all.addAll(after.tally.providers());
        return all;
    }

    private List<String> row(String provider) {
        return List.of(
                provider,
                change(tally -> percent(tally.shareOfAnswers(provider))),
                change(tally -> number(tally.share(provider).inputTokens)),
                change(tally -> number(tally.share(provider).outputTokens)),
                change(tally -> usd(tally.share(provider).costUsd)),
                change(tally -> number(tally.share(provider).failedOver)),
                change(tally -> number(tally.share(provider).refused)));
    }

    private List<String> total() {
        return List.of(
                "all",
                "",
                change(tally -> number(tally.sum(share -> share.inputTokens))),
                change(tally -> number(tally.sum(share -> share.outputTokens))),
                change(tally -> usd(tally.costUsd())),
                change(tally -> number(tally.sum(share -> share.failedOver))),
                change(tally -> number(tally.sum(share -> share.refused))));
    }

    private String clients() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("answered", change(tally -> number(tally.answered()))));
        rows.add(List.of("failed", change(tally -> number(tally.failed()))));
        Set<Integer> statuses = new TreeSet<>(before.tally.errors().keySet());
        statuses.addAll(after.tally.errors().keySet());
        statuses.forEach(status -> rows.add(List.of(
                "  with " + status, change(tally -> number(tally.errors().getOrDefault(status, 0L))))));
        rows.add(List.of("ms, median", change(tally -> number(tally.millis(50)))));
        rows.add(List.of("ms, 95 %", change(tally -> number(tally.millis(95)))));
        return aligned(rows);
    }

    private String assumptions() {
        Set<String> paces = new TreeSet<>(before.tally.assumedPaces());
        paces.addAll(after.tally.assumedPaces());
        return "Calls whose outcome is not recorded and was taken for a success: %s.%n"
                        .formatted(change(tally ->
                                number(tally.assumedCalls()) + " of " + number(tally.sum(share -> share.calls))))
                + remark(
                        "No time is recorded of %s: assumed are 500 ms to the first token and 20 ms for each token.%n",
                        paces)
                + remark("The file knows %s, which neither configuration has.%n", strangers());
    }

    private static String remark(String text, Set<String> providers) {
        return providers.isEmpty() ? "" : text.formatted(String.join(", ", providers));
    }

    private String change(Function<Tally, String> figure) {
        String old = figure.apply(before.tally);
        String now = figure.apply(after.tally);
        return old.equals(now) ? now : old + " -> " + now;
    }

    private static String aligned(List<List<String>> rows) {
        int[] widths = IntStream.range(0, rows.get(0).size())
                .map(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        return rows.stream().map(row -> line(row, widths)).collect(Collectors.joining());
    }

    private static String line(List<String> row, int[] widths) {
        return IntStream.range(0, widths.length)
                        .mapToObj(i ->
                                row.get(i) + " ".repeat(widths[i] - row.get(i).length()))
                        .collect(Collectors.joining("  "))
                        .stripTrailing()
                + System.lineSeparator();
    }

    /** From the first request to the last. */
    private Duration length() {
        return requests.get(requests.size() - 1).at();
    }

    /** Whom the file knows and neither configuration: an old provider, or a slip of the pen. */
    private Set<String> strangers() {
        Set<String> recorded = new TreeSet<>();
        requests.forEach(request -> recorded.addAll(request.answers().keySet()));
        recorded.removeAll(providers());
        return recorded;
    }

    private String span() {
        Duration length = length();
        return "%d:%02d:%02d".formatted(length.toHours(), length.toMinutesPart(), length.toSecondsPart());
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String usd(double usd) {
        return String.format(Locale.ROOT, "%,.4f", usd);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    ObjectNode json() {
        ObjectNode json = Json.object().put("requests", requests.size()).put("seconds", length().toNanos() / 1e9);
        json.set("unknown_providers", Json.MAPPER.valueToTree(strangers()));
        Arrays.asList("before", "after").forEach(key -> json.set(key, json(key.equals("before") ? before : after)));
        return json;
    }

    private static ObjectNode json(Side side) {
        Tally tally = side.tally;
        ObjectNode json = Json.object().put("config", side.name).put("answered", tally.answered());
        ObjectNode failed = json.putObject("failed");
        tally.errors().forEach((status, count) -> failed.put(Integer.toString(status), count));
        json.put("failovers", tally.sum(share -> share.failedOver))
                .put("cost_usd", tally.costUsd())
                .put("p50_ms", tally.millis(50))
                .put("p95_ms", tally.millis(95))
                .put("calls", tally.sum(share -> share.calls))
                .put("assumed_successes", tally.assumedCalls());
        json.set("assumed_times", Json.MAPPER.valueToTree(tally.assumedPaces()));
        ObjectNode providers = json.putObject("providers");
        tally.providers().forEach(name -> providers.set(name, json(tally, name)));
        return json;
    }

    private static ObjectNode json(Tally tally, String provider) {
        Tally.Share share = tally.share(provider);
        return Json.object()
                .put("calls", share.calls)
                .put("answers", share.answers)
                .put("share", tally.shareOfAnswers(provider))
                .put("input_tokens", share.inputTokens)
                .put("output_tokens", share.outputTokens)
                .put("cost_usd", share.costUsd)
                .put("failed_over", share.failedOver)
                .put("refused", share.refused);
    }
}

package dev.loom.gateway.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a run of the table came to, for {@code docs/faults.md}; written only where {@code loom.faults.report} is set. */
final class FaultReport {

    /** Begins the description of an answer that went to the wrong client. */
    static final String WRONG = "WRONG ";

    private final int requests;
    private final int concurrency;
    private final List<String> lines = new ArrayList<>();

    FaultReport(int requests, int concurrency) {
        this.requests = requests;
        this.concurrency = concurrency;
    }

    void add(Row row, List<String> unexpected) {
        long wrong = unexpected.stream().filter(each -> each.contains(WRONG)).count();
        int manners = (row.whole() == null ? 0 : 1) + (row.streamed() == null ? 0 : 1);
        lines.add("| %s | %s | %s | %d | %d | %d |"
                .formatted(
                        row.name(),
                        name(row.whole()),
                        name(row.streamed()),
                        manners * FaultHouse.STRATEGIES.size() * requests,
                        unexpected.size(),
                        wrong));
    }

    private static String name(Row.Expected expected) {
        return expected == null ? "" : expected.name().toLowerCase();
    }

    void write() throws IOException {
        String file = System.getProperty("loom.faults.report");
        if (file == null) {
            return;
        }
        List<String> all = new ArrayList<>();
        all.add("### Java " + Runtime.version().feature() + ", " + concurrency + " requests at a time");
        all.add("");
        all.add("| kind of fault | whole | streamed | requests | not as expected | another's answer |");
        all.add("|---|---|---|--:|--:|--:|");
        all.addAll(lines);
        Files.write(Path.of(file), all);
    }
}

package dev.loom.gateway.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run of the table came to, for {@code docs/defences.md}: one line in all, and one for each kind. Written only where
 * {@code loom.faults.report} is set: the beginning of the files' names.
 */
final class FaultReport {

    /** Begins the description of an answer that went to the wrong client. */
    static final String WRONG = "WRONG ";

    private static final String FILE = System.getProperty("loom.faults.report");

    private final int concurrency;
    private final List<String> lines = new ArrayList<>();

    private int requests;
    private int unexpected;
    private long wrong;

    FaultReport(int concurrency) {
        this.concurrency = concurrency;
    }

    void add(Row row, int asked, List<String> problems) {
        long mixedUp = problems.stream().filter(each -> each.contains(WRONG)).count();
        requests += asked;
        unexpected += problems.size();
        wrong += mixedUp;
        lines.add("| %s | %s | %s | %d | %d | %d |"
                .formatted(row.name(), name(row.whole()), name(row.streamed()), asked, problems.size(), mixedUp));
    }

    private static String name(Row.Expected expected) {
        return expected == null ? "" : expected.name().toLowerCase();
    }

    /** A line about requests of which none got another's answer or needed a second attempt. */
    static void flawless(String what, int requests) throws IOException {
        if (FILE != null) {
            String line = "| %s | %d | %d | 0 | 0 |%n"
                    .formatted(what, Runtime.version().feature(), requests);
            Files.writeString(Path.of(FILE + ".lines"), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    void write() throws IOException {
        String file = FILE;
        if (file == null) {
            return;
        }
        List<String> all = new ArrayList<>();
        all.add("| kind of fault | whole | streamed | requests | not as expected | another's answer |");
        all.add("|---|---|---|--:|--:|--:|");
        all.addAll(lines);
        Files.write(Path.of(file + ".md"), all);
        String sum = "| %d | %d | %d | %d | %d | %d |\n"
                .formatted(Runtime.version().feature(), lines.size(), requests, concurrency, unexpected, wrong);
        Files.writeString(Path.of(file + ".txt"), sum);
    }
}

package dev.loom.gateway.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The parts of documents that a measurement writes. */
final class Figures {

    private Figures() {}

    /**
     * Writes lines between the marks of this name.
     *
     * @throws IllegalArgumentException if the document has none
     */
    static void write(Path document, String name, List<String> lines) throws IOException {
        String text = Files.readString(document);
        String begin = "<!-- " + name + ": begin, written by src/bench/run " + name + " -->\n";
        String end = "<!-- " + name + ": end -->";
        int from = text.indexOf(begin) + begin.length();
        int to = text.indexOf(end);
        if (from < begin.length() || to < from) {
            throw new IllegalArgumentException(
                    document + " has no '" + begin.strip() + "' with '" + end + "' after it");
        }
        Files.writeString(
                document, text.substring(0, from) + "\n" + String.join("\n", lines) + "\n\n" + text.substring(to));
    }
}

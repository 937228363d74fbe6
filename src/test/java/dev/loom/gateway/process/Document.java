package dev.loom.gateway.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A page of the documentation, of which marked parts are run as they stand there. */
record Document(Path file) {

    /** The fenced block that follows the comment {@code <!-- test: name -->}. */
    String block(String name) throws IOException {
        Pattern marked = Pattern.compile("<!-- test: " + name + " -->\\s*```\\w*\\n(.*?)\\n```", Pattern.DOTALL);
        return marked.matcher(Files.readString(file))
                .results()
                .findFirst()
                .map((MatchResult found) -> found.group(1))
                .orElseThrow(() -> new AssertionError(file + " has no block marked '" + name + "'"));
    }
}

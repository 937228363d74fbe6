package dev.loom.gateway.config.accounts;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code postgres.connection_string} says. Not by {@link java.net.URI}, which knows no host with an underscore, as Docker
 * Compose has them, and no list of hosts.
 *
 * @param servers {@code host:port}, or several of them with commas in between
 * @param database perhaps with a query, as the driver takes it
 */
public record PostgresAddress(String user, String password, String servers, String database) {

    private static final String SERVER = "(?:[^\\s:/@,?#\\[\\]]+|\\[[0-9A-Fa-f:.]+])(?::\\d{1,5})?";
    private static final Pattern FORM =
            Pattern.compile("(?:jdbc:)?postgres(?:ql)?://(?:([^\\s:/@]*)(?::([^\\s/@]*))?@)?(" + SERVER + "(?:,"
                    + SERVER + ")*)/(\\S+)");
    private static final Pattern PORT = Pattern.compile(":(\\d+)(?:,|$)");
    private static final int LAST_PORT = 65_535;

    /** @throws IllegalArgumentException if it has another form; the message holds nothing of it */
    public static PostgresAddress parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || !PORT.matcher(form.group(3)).results().allMatch(port -> isPort(port.group(1)))) {
            throw new IllegalArgumentException("no address of PostgreSQL");
        }
        return new PostgresAddress(decoded(form.group(1)), decoded(form.group(2)), form.group(3), form.group(4));
    }

    static boolean isPort(String digits) {
        int port = Integer.parseInt(digits);
        return port >= 1 && port <= LAST_PORT;
    }

    private static String decoded(@Nullable String text) {
        return text == null ? "" : URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "PostgreSQL at " + servers;
    }
}

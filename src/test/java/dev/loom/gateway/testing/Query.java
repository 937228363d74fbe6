package dev.loom.gateway.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a PromQL expression names.
 *
 * @param selectors the series, with their label matchers
 * @param labels what it groups by
 */
public record Query(List<Selector> selectors, Set<String> labels) {

    /** One series, and its matchers: label, then a value or a pattern. */
    public record Selector(String series, List<Matched> matchers) {}

    /** A label and what it is to match. */
    public record Matched(String label, String operator, String value) {}

    private static final Pattern GROUPING = Pattern.compile("\\b(?:by|without|on|ignoring)\\s*\\(([^)]*)\\)");
    private static final Pattern SELECTOR =
            Pattern.compile("(?<![\\w\"$.])([a-zA-Z_:][\\w:]*)(?!\\s*\\()(?![\\w:])\\s*(?:\\{([^}]*)})?");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");
    private static final Set<String> WORDS = Set.of("or", "and", "unless", "bool", "offset", "by");

    public static Query parse(String expression) {
        Set<String> labels = new TreeSet<>();
        Matcher groupings = GROUPING.matcher(expression);
        while (groupings.find()) {
            labels.addAll(List.of(groupings.group(1).split("\\s*,\\s*")));
        }
        String rest = groupings.replaceAll("").replaceAll("\\[[^]]*]", "");
        List<Selector> selectors = new ArrayList<>();
        Matcher selector = SELECTOR.matcher(rest);
        while (selector.find()) {
            if (!WORDS.contains(selector.group(1))) {
                selectors.add(new Selector(selector.group(1), matchers(selector.group(2))));
            }
        }
        return new Query(selectors, labels);
    }

    private static List<Matched> matchers(String braces) {
        return MATCHER.matcher(braces == null ? "" : braces)
                .results()
                .map(found -> new Matched(found.group(1), found.group(2), found.group(3)))
                .toList();
    }
}

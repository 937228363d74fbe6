package dev.loom.gateway.camel.port;

import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.InvalidRequest;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The headers of a form's part. What readers of forms read in different ways is refused: of two of them, the gateway would
 * see one name and the provider another.
 *
 * @param plain true if the part's bytes are its value: no file, and in no other encoding than UTF-8
 */
record PartHead(String name, boolean plain) {

    /** One header; its characters are visible, or blanks. */
    private static final Pattern LINE =
            Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \\t]*([^\\x00-\\x08\\x0a-\\x1f\\x7f]*)");

    /** In a quoted text a backslash may stand, as in a path of Windows, but not before what ends it. */
    private static final Pattern PARAMETER =
            Pattern.compile("[ \\t]*;[ \\t]*([A-Za-z*]+)=(?:\"((?:[^\"\\\\]|\\\\(?!\"))*)\"|([^\\s\";,\\\\]+))");

    /** As fields of APIs are called, with those of arrays and maps: {@code timestamp_granularities[]}. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:$\\[\\]-]{1,256}");

    private static final Pattern TEXT = Pattern.compile(
            "text/plain(?:[ \\t]*;[ \\t]*charset=\"?(?:utf-8|us-ascii|iso-8859-1)\"?)?[ \\t]*",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern BYTES = Pattern.compile("(?:7bit|8bit|binary)[ \\t]*", Pattern.CASE_INSENSITIVE);

    /**
     * Reads a head.
     *
     * @param text lines with CRLF between them, each byte a character
     * @throws InvalidRequest if it can be read in more ways than one, or in none
     */
    static PartHead read(String text) throws InvalidRequest {
        Map<String, String> headers = new HashMap<>();
        for (String line : text.split("\r\n", -1)) {
            Matcher header = LINE.matcher(line);
            require(header.matches(), "has a header that is none, or bare line breaks");
            String before = headers.put(header.group(1).toLowerCase(Locale.ROOT), header.group(2));
            require(before == null, "has a header twice");
        }
        Map<String, String> parameters = parameters(headers.getOrDefault("content-disposition", ""));
        String name = parameters.getOrDefault("name", "");
        require(
                NAME.matcher(name).matches(),
                "has no name, or one with other characters than letters, digits and _.:$-[]");
        boolean file = parameters.size() > 1;
        boolean text8 =
                TEXT.matcher(headers.getOrDefault("content-type", "text/plain")).matches();
        boolean bytes = BYTES.matcher(headers.getOrDefault("content-transfer-encoding", "binary"))
                .matches();
        return new PartHead(name, !file && text8 && bytes);
    }

    private static Map<String, String> parameters(String disposition) throws InvalidRequest {
        String kind = "form-data";
        require(disposition.regionMatches(true, 0, kind, 0, kind.length()), "has no 'Content-Disposition: form-data'");
        Map<String, String> parameters = new HashMap<>();
        Matcher parameter = PARAMETER.matcher(disposition.stripTrailing());
        int at = kind.length();
        while (at < parameter.regionEnd()) {
            parameter.region(at, parameter.regionEnd());
            require(parameter.lookingAt(), "has a Content-Disposition that cannot be read");
            String key = parameter.group(1).toLowerCase(Locale.ROOT);
            require(
                    key.equals("name") || key.equals("filename") || key.equals("filename*"),
                    "has a parameter other than name and filename");
            String value = parameter.group(2) == null ? parameter.group(3) : parameter.group(2);
            require(parameters.put(key, value) == null, "has a parameter twice");
            at = parameter.end();
        }
        return parameters;
    }

    private static void require(boolean condition, String problem) throws InvalidRequest {
        if (!condition) {
            throw refused("a part " + problem);
        }
    }

    /** @param problem with an article before it */
    static InvalidRequest refused(String problem) {
        return new InvalidRequest(ApiError.invalidRequest(
                "The form can be read in more ways than one, so it is not passed on: " + problem + ".",
                null,
                "invalid_form"));
    }
}

package dev.loom.gateway.config;

import static dev.loom.gateway.config.Types.check;
import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.loom.gateway.config.yaml.ScalarType;
import dev.loom.gateway.config.yaml.UserFile;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** URLs and files as scalar types. URLs are never quoted in a message: some hold a password. */
public final class Addresses {

    private static final Pattern PROXY = Pattern.compile("http://([^\\s/@:\\[\\]]+|\\[[0-9A-Fa-f:.]+]):(\\d{1,5})/?");
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[?::1]?");

    private static final Pattern PRIVATE = Pattern.compile("(?:0|10)(?:\\.\\d{1,3}){3}|192\\.168(?:\\.\\d{1,3}){2}"
            + "|172\\.(?:1[6-9]|2\\d|3[01])(?:\\.\\d{1,3}){2}|169\\.254(?:\\.\\d{1,3}){2}"
            + "|100\\.(?:6[4-9]|[7-9]\\d|1[01]\\d|12[0-7])(?:\\.\\d{1,3}){2}"
            + "|\\[?(?:::|[fF][cCdD][0-9A-Fa-f:]*|[fF][eE][89abAB][0-9A-Fa-f:]*|::[fF]{4}:[0-9A-Fa-f.:]*)]?");

    private Addresses() {}

    /** What the gateway itself adds to a base URL, as in the addresses that providers' documentation shows. */
    private static final Pattern ENDPOINT_PATH = Pattern.compile(
            "/(chat/completions|completions|embeddings|messages|responses)/*$|:(streamG|g)enerateContent$"
                    + "|:(streamR|r)awPredict$");

    /** http or https with a host and perhaps a path. Returned without trailing slashes. */
    public static final ScalarType<String> BASE_URL = scalar -> {
        URI uri = uri(scalar.text());
        Matcher endpoint = ENDPOINT_PATH.matcher(requireNonNullElse(uri.getRawPath(), ""));
        if (endpoint.find()) {
            throw new ScalarType.Invalid(
                    "ends in " + endpoint.group() + ", which the gateway adds itself; leave it out");
        }
        check(isHttp(uri), "must be an http:// or https:// URL with a host");
        check(
                uri.getRawUserInfo() == null && uri.getRawQuery() == null && uri.getRawFragment() == null,
                "must not contain a user, query or fragment; put credentials under api_key or headers");
        return scalar.text().replaceFirst("/+$", "");
    };

    /** To which the gateway tells something by itself. */
    public static final ScalarType<String> CALLED_URL = scalar -> {
        URI uri = uri(scalar.text());
        check(isHttp(uri), "must be an http:// or https:// URL with a host");
        check(uri.getRawUserInfo() == null, "must not contain a user; use secret, which signs the body");
        return scalar.text();
    };

    public static final ScalarType<String> ENDPOINT = scalar -> {
        URI uri = uri(scalar.text());
        check(
                scalar.text().startsWith("/") || isHttp(uri),
                "must be a path that begins with / or an http:// or https:// URL");
        check(
                uri.getRawUserInfo() == null,
                "must not contain a user; the health check has the provider's own key and headers");
        return scalar.text();
    };

    /** Returned without a trailing slash. */
    public static final ScalarType<String> PROXY_URL = scalar -> {
        Matcher parts = PROXY.matcher(scalar.text());
        boolean valid =
                parts.matches() && Integer.parseInt(parts.group(2)) >= 1 && Integer.parseInt(parts.group(2)) <= 65_535;
        check(valid, "must have the form http://host:port");
        return scalar.text().replaceFirst("/$", "");
    };

    /** Of a file that need not exist; relative ones start at the working directory. */
    public static final ScalarType<Path> PATH = scalar -> {
        try {
            return Path.of(scalar.text());
        } catch (InvalidPathException notAPath) {
            throw new ScalarType.Invalid("must be the path of a file, not " + scalar.shown());
        }
    };

    /** Of a file that is there and can be read. */
    public static final ScalarType<Path> FILE = scalar -> {
        Path file = PATH.parse(scalar);
        check(Files.isRegularFile(file) && Files.isReadable(file), "there is no readable file " + scalar.shown());
        try {
            UserFile.check(file);
        } catch (IOException unfit) {
            throw new ScalarType.Invalid("names " + scalar.shown() + ", and " + unfit.getMessage());
        }
        return file;
    };

    /** As {@link #FILE}, with a JSON object in it. */
    public static final ScalarType<Path> JSON_FILE = scalar -> {
        Path file = FILE.parse(scalar);
        check(holdsJson(file), "the file " + scalar.shown() + " holds no JSON object");
        return file;
    };

    /** Judged by the name alone: nothing is looked up. */
    public static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host).matches();
    }

    /** RFC 1918, 6598, 3927, 4193 and 4291: an address that no name server need be asked for. */
    public static boolean isPrivateLiteral(String host) {
        return PRIVATE.matcher(host).matches();
    }

    public static boolean hasPath(String baseUrl) {
        return !uri(baseUrl).getRawPath().isEmpty();
    }

    private static boolean isHttp(URI uri) {
        return uri.getHost() != null
                && ("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()));
    }

    private static URI uri(String text) {
        try {
            URI uri = new URI(text);
            check(uri.getPort() <= 65_535, "has a port above 65535");
            boolean underscore = uri.getHost() == null
                    && requireNonNullElse(uri.getRawAuthority(), "").contains("_");
            check(!underscore, "must have a host's name without _");
            return uri;
        } catch (URISyntaxException notAUri) {
            throw new ScalarType.Invalid("is no valid URL");
        }
    }

    private static boolean holdsJson(Path file) {
        try {
            return new ObjectMapper().readTree(UserFile.read(file)).isObject();
        } catch (IOException notJson) {
            return false;
        }
    }
}

package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.provider.ApiError;
import io.vertx.core.http.HttpServerRequest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a chat request's headers must say of its body: JSON, in UTF-8, not compressed. */
public final class JsonBody {

    private static final Pattern JSON = Pattern.compile("\\s*application/json\\s*(;.*)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern CHARSET =
            Pattern.compile(";\\s*charset\\s*=\\s*\"?([^\";\\s]*)", Pattern.CASE_INSENSITIVE);

    private JsonBody() {}

    /** @throws RequestEnded with 415 and the header to blame */
    public static void require(HttpServerRequest request) throws RequestEnded {
        require(request.getHeader("Content-Type"), request.getHeader("Content-Encoding"));
    }

    /** The same of headers that somebody else has read. */
    public static void require(@Nullable String type, @Nullable String encoding) throws RequestEnded {
        if (!isJson(type)) {
            throw refused("The request must have 'Content-Type: application/json', in UTF-8.", "Content-Type");
        }
        requirePlain(encoding);
    }

    /** The same, whatever they say of its type. */
    public static void requirePlain(HttpServerRequest request) throws RequestEnded {
        requirePlain(request.getHeader("Content-Encoding"));
    }

    private static void requirePlain(@Nullable String encoding) throws RequestEnded {
        if (!isPlain(encoding)) {
            throw refused(
                    "A compressed request body cannot be read; send it without Content-Encoding.", "Content-Encoding");
        }
    }

    private static boolean isJson(@Nullable String type) {
        if ("application/json".equals(type)) {
            return true;
        }
        if (type == null || !JSON.matcher(type).matches()) {
            return false;
        }
        Matcher charset = CHARSET.matcher(type);
        return !charset.find() || charset.group(1).equalsIgnoreCase("utf-8");
    }

    private static boolean isPlain(@Nullable String encoding) {
        return encoding == null || encoding.isBlank() || encoding.trim().equalsIgnoreCase("identity");
    }

    private static RequestEnded refused(String message, String header) {
        return RequestEnded.with(415, ApiError.invalidRequest(message, header, "unsupported_media_type"));
    }
}

package dev.loom.gateway.camel.port;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The page at {@code /} of the admin port. It is the same for everyone and shows nothing by itself: its script asks for
 * the JSON, and for a token where that needs one.
 */
public final class StatusPage {

    private static final String FILE = "/loom/status.html";
    private static final byte[] HTML = read();
    private static final Map<String, String> HEADERS = headers(new String(HTML, StandardCharsets.UTF_8));

    private StatusPage() {}

    public static Reply reply(int status) {
        return new Reply(status, HEADERS, HTML);
    }

    private static byte[] read() {
        try (InputStream in = Objects.requireNonNull(StatusPage.class.getResourceAsStream(FILE), FILE)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> headers(String html) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "text/html; charset=utf-8");
        headers.put("Content-Security-Policy", policy(html));
        headers.put("X-Frame-Options", "DENY");
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("Referrer-Policy", "no-referrer");
        headers.put("Cache-Control", "no-store");
        return headers;
    }

    /** Only the page's own script and style, known by their hashes, and only this origin to ask. */
    private static String policy(String html) {
        return "default-src 'none'; script-src '" + hash(html, "script") + "'; style-src '" + hash(html, "style")
                + "'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }

    private static String hash(String html, String element) {
        int start = html.indexOf("<" + element + ">") + element.length() + 2;
        String content = html.substring(start, html.indexOf("</" + element + ">", start));
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}

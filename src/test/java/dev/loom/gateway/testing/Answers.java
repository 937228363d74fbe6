package dev.loom.gateway.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** What tests ask of an answer. */
public final class Answers {

    private Answers() {}

    /** A header, or the empty text. */
    public static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    public static String provider(HttpResponse<String> response) {
        return header(response, "x-loom-provider");
    }

    public static void isFrom(HttpResponse<String> response, String provider, int attempts) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(provider(response)).isEqualTo(provider);
        assertThat(header(response, "x-loom-attempts")).isEqualTo(Integer.toString(attempts));
    }

    /** The {@code error} of an answer that has the shape of OpenAI's errors and the given status. */
    public static JsonNode error(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonNode body = Json.lenient(response.body().getBytes(StandardCharsets.UTF_8));
        assertThat(body.fieldNames()).toIterable().containsExactly("error");
        assertThat(body.path("error").fieldNames()).toIterable().startsWith("message", "type", "param", "code");
        return body.path("error");
    }
}

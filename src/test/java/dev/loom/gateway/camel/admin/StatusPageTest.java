package dev.loom.gateway.camel.admin;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.camel.observe.RecentRequests;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The status page and its list of requests, as HTTP. What a browser makes of it is in {@link StatusPageBrowserTest}. */
class StatusPageTest {

    private static final String BROWSER = "Accept: text/html,application/xhtml+xml,*/*;q=0.8";

    private static FakeProvider provider;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        provider = FakeProvider.saying("the answer");
        gateway = TestGateway.over(provider);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        provider.close();
    }

    private static String html(RawHttp.Answer answer) {
        assertThat(answer.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("Content-Security-Policy"))
                .matches(
                        "default-src 'none'; script-src 'sha256-[^ ]{44}'; style-src 'sha256-[^ ]{44}'; connect-src 'self';"
                                + " img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        return answer.body();
    }

    @Test
    void the_page_is_one_file_that_may_load_nothing() throws IOException {
        RawHttp.Answer answer = RawHttp.get(gateway.adminPort(), "/");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(html(answer)).contains("<title>Loom AI Gateway</title>");
        assertThat(Pattern.compile("(src|href)=\"(?!data:|#)|url\\(|@import|innerHTML")
                        .matcher(answer.body())
                        .find())
                .isFalse();
    }

    @Test
    void head_has_no_body_and_nothing_but_reading_is_allowed() throws IOException {
        int port = gateway.adminPort();
        try (RawHttp client = new RawHttp(port)) {
            client.send("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\nGET /live HTTP/1.1\r\nHost: localhost\r\n\r\n");
            String answers = client.readHead() + "\n" + client.readHead();
            assertThat(answers)
                    .contains("HTTP/1.1 200", "text/html", "application/json")
                    .doesNotContain("<!doctype");
        }
        String json = "Content-Type: application/json";
        assertThat(RawHttp.post(port, "/", "{}", json).status()).isEqualTo(405);
        assertThat(RawHttp.post(port, "/ai/requests", "{}", json).status()).isEqualTo(405);
    }

    @Test
    void it_stands_at_the_root_alone() throws IOException {
        for (String path : List.of("/index.html", "/loom/status.html", "/ai", "/nope")) {
            assertThat(RawHttp.get(gateway.adminPort(), path, BROWSER).status())
                    .as(path)
                    .isEqualTo(404);
        }
        assertThat(RawHttp.get(gateway.port(), "/", BROWSER).status()).isEqualTo(404);
    }

    @Test
    void where_access_is_needed_a_browser_gets_the_page_that_asks_for_it_and_no_figures() throws IOException {
        try (TestGateway guarded =
                TestGateway.start(TestGateway.providers("", provider) + "admin: {token: admin-token-1}\n")) {
            int port = guarded.adminPort();
            RawHttp.Answer page = RawHttp.get(port, "/", BROWSER);
            assertThat(page.status()).isEqualTo(401);
            assertThat(page.header("WWW-Authenticate")).isEqualTo("Bearer");
            assertThat(html(page)).contains("Admin token").doesNotContain("gpt-4");
            assertThat(RawHttp.get(port, "/").header("Content-Type")).isEqualTo("application/json");
            for (String path : List.of("/", "/ai/requests")) {
                assertThat(RawHttp.get(port, path).status()).isEqualTo(401);
                assertThat(RawHttp.get(port, path, "Authorization: Bearer admin-token-1")
                                .status())
                        .isEqualTo(200);
            }
            assertThat(RawHttp.get(port, "/ai/requests", BROWSER).header("Content-Type"))
                    .isEqualTo("application/json");
        }
    }

    @Test
    void the_list_has_the_last_hundred_requests_and_nothing_that_was_said() {
        for (int i = 0; i < RecentRequests.MOST + 5; i++) {
            gateway.chat(chat("gpt-4", i % 2 == 0), "x-request-id", "id-" + i);
        }
        String newest = "id-" + (RecentRequests.MOST + 4);
        Awaitility.await().until(() -> newest.equals(list().at("/requests/0/id").asText()));
        JsonNode requests = list().path("requests");
        assertThat(requests).hasSize(RecentRequests.MOST);
        assertThat(requests.findValuesAsText("id")).contains("id-5", newest).doesNotContain("id-4");
        assertThat(keys(requests.path(0)))
                .containsExactly(
                        "id",
                        "time",
                        "surface",
                        "client",
                        "model",
                        "stream",
                        "provider",
                        "status",
                        "ms",
                        "tokens",
                        "cost_usd",
                        "time_to_first_token_ms",
                        "attempts");
        assertThat(keys(requests.at("/0/attempts/0")))
                .containsExactly("provider", "model", "class", "status", "ms", "request_id");
        assertThat(list().toString()).doesNotContain("hello", "the answer", "sk-provider-key");
    }

    @Test
    void names_of_models_are_printable_in_it() {
        String name = "nobody\\u0007\\u202e<b>";
        gateway.chat(chat(name, false), "x-request-id", "strange");
        Awaitility.await().untilAsserted(() -> assertThat(list().toString()).contains("\"model\":\"nobody??<b>\""));
    }

    private static JsonNode list() {
        return gateway.admin("/ai/requests");
    }

    private static List<String> keys(JsonNode object) {
        List<String> keys = new ArrayList<>();
        object.fieldNames().forEachRemaining(keys::add);
        return keys;
    }
}

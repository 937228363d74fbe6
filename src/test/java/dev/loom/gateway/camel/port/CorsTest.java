package dev.loom.gateway.camel.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.loom.gateway.testing.Chromium;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.RawHttp.Answer;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** {@code server.cors}: web pages of other origins that may call the client port. */
class CorsTest {

    private static final String PAGE = "https://chat.example";
    private static final String ASKS = "Access-Control-Request-Method: POST";

    private static TestGateway gateway(FakeProvider provider, String cors) {
        return TestGateway.start(TestGateway.providers("", provider)
                + "server: {api_keys: [{key: of-ann, name: ann}], cors: " + cors + "}\n");
    }

    private static Answer ask(TestGateway gateway, String method, String... headers) throws IOException {
        String[] lines = new String[headers.length + 4];
        lines[0] = method + " /v1/chat/completions HTTP/1.1";
        lines[1] = "Host: localhost";
        lines[2] = "Connection: close";
        System.arraycopy(headers, 0, lines, 3, headers.length);
        lines[lines.length - 1] = "\r\n";
        return RawHttp.exchange(gateway.port(), lines);
    }

    @Test
    void a_browsers_question_needs_no_key_and_names_what_the_page_may_send() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("hello");
                TestGateway gateway = gateway(
                        provider, "{origins: ['" + PAGE + "'], headers: [Authorization, Content-Type], max_age: 5m}")) {
            Answer answer = ask(
                    gateway,
                    "OPTIONS",
                    "Origin: " + PAGE,
                    ASKS,
                    "Access-Control-Request-Headers: authorization, content-type, x-other");
            assertThat(answer.status()).isEqualTo(204);
            assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(PAGE);
            assertThat(answer.header("Access-Control-Allow-Headers")).isEqualTo("authorization, content-type");
            assertThat(answer.header("Access-Control-Allow-Methods")).contains("POST");
            assertThat(answer.header("Access-Control-Max-Age")).isEqualTo("300");
            assertThat(answer.header("Vary")).isEqualTo("Origin");
        }
    }

    @Test
    void errors_may_be_read_too_and_other_pages_read_nothing() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("hello");
                TestGateway gateway = gateway(provider, "{origins: ['" + PAGE + "']}")) {
            Answer refused = ask(gateway, "POST", "Origin: " + PAGE, "Content-Length: 0");
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.header("Access-Control-Allow-Origin")).isEqualTo(PAGE);
            assertThat(refused.header("Access-Control-Expose-Headers")).isEqualTo("*");
            Answer other = ask(gateway, "OPTIONS", "Origin: https://evil.example", ASKS);
            assertThat(other.header("Access-Control-Allow-Origin")).isNull();
            assertThat(other.header("Access-Control-Allow-Methods")).isNull();
        }
    }

    private static String said(Chromium chromium, String promise) {
        chromium.evaluate("window.said = ''; " + promise + ".then(text => { window.said = text }); 1");
        return await().until(() -> chromium.evaluate("window.said").asText(), text -> !text.isEmpty());
    }

    @Test
    void it_is_off_by_default() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("hello");
                TestGateway gateway = TestGateway.start(
                        TestGateway.providers("", provider) + "server: {api_keys: [{key: of-ann, name: ann}]}\n")) {
            Answer answer = ask(gateway, "OPTIONS", "Origin: " + PAGE, ASKS);
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.header("Access-Control-Allow-Origin")).isNull();
        }
    }

    @Test
    void a_page_in_a_browser_reads_an_answer_its_headers_and_a_stream() throws Exception {
        Optional<Path> program = Chromium.installed();
        Assumptions.assumeTrue(program.isPresent(), "Skipped, since there is no Chromium here");
        HttpServer pages = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        pages.createContext("/", exchange -> {
            byte[] page = "<!doctype html><title>page</title>".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        pages.start();
        String origin = "http://127.0.0.1:" + pages.getAddress().getPort();
        try (FakeProvider provider = FakeProvider.saying("hello");
                TestGateway gateway = gateway(provider, "{origins: ['" + origin + "']}");
                Chromium chromium = Chromium.start(program.get())) {
            chromium.open(origin + "/");
            String fetch = "fetch('" + gateway.url() + "/v1/chat/completions', {method: 'POST', headers: {"
                    + "'Authorization': 'Bearer of-ann', 'Content-Type': 'application/json', 'x-stainless-lang': 'js'},"
                    + "body: JSON.stringify({model: 'gpt-4', stream: %s, messages: [{role: 'user', content: 'hi'}]})})"
                    + ".then(r => r.text().then(t => r.headers.get('x-loom-provider') + ' ' + t))"
                    + ".catch(e => 'blocked: ' + e)";
            assertThat(said(chromium, fetch.formatted("false"))).contains("a {").contains("hello");
            assertThat(said(chromium, fetch.formatted("true"))).contains("[DONE]");
            chromium.open("http://localhost:" + pages.getAddress().getPort() + "/");
            assertThat(said(chromium, fetch.formatted("false"))).contains("blocked");
        } finally {
            pages.stop(0);
        }
    }
}

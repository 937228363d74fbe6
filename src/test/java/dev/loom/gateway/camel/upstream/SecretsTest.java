package dev.loom.gateway.camel.upstream;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.junit.jupiter.api.Test;

/** Traffic of every kind, and then a search for the keys in everything that left the process. */
class SecretsTest {

    private static final String PROVIDER_KEY = "plainword-provider-key-4711";
    private static final String HEADER = "plainword-header-value-0815";
    private static final String CLIENT_KEY = "plainword-client-key-1234";
    private static final String WRONG_KEY = "plainword-wrong-key-9999";
    private static final String ADMIN_TOKEN = "plainword-admin-token-5678";
    private static final List<String> SECRETS = List.of(PROVIDER_KEY, HEADER, CLIENT_KEY, WRONG_KEY, ADMIN_TOKEN);

    private static final String SETTINGS =
            """
            server:
              api_keys: [{key: %s, name: ann}]
            admin: {token: %s}
            routing: {failover: {max_retries: 0, circuit_breaker: {failure_threshold: 1000}}}
            """
                    .formatted(CLIENT_KEY, ADMIN_TOKEN);

    private static final String OWN =
            "headers: {X-Own: " + HEADER + "}\ntimeouts: {response: 5s, first_token: 5s, idle: 5s}\n";

    private static final String ECHO = "Refused: " + PROVIDER_KEY + " and " + HEADER + " and Bearer " + PROVIDER_KEY;
    private static final String ECHO_JSON = "{\"error\":{\"message\":\"" + ECHO + "\",\"type\":\"x\",\"param\":\""
            + PROVIDER_KEY + "\",\"code\":\"" + PROVIDER_KEY + "\"}}";

    private final Queue<String> seen = new ConcurrentLinkedQueue<>();

    private void record(HttpResponse<String> response) {
        seen.add(response.headers().map() + response.body());
    }

    /** Everything that is logged, our own loggers at TRACE. */
    private final class Recorder extends AbstractAppender {

        Recorder() {
            super(
                    "recorder",
                    null,
                    PatternLayout.newBuilder().withPattern("%m %throwable").build(),
                    true,
                    Property.EMPTY_ARRAY);
            start();
        }

        @Override
        public void append(LogEvent event) {
            seen.add(new String(getLayout().toByteArray(event), StandardCharsets.UTF_8));
        }
    }

    @Test
    void nothing_that_leaves_the_process_holds_a_secret() throws Exception {
        Recorder recorder = new Recorder();
        Logger root = ((LoggerContext) LogManager.getContext(false)).getRootLogger();
        root.addAppender(recorder);
        Configurator.setLevel("dev.loom.gateway", Level.TRACE);
        try {
            runEverything();
        } finally {
            root.removeAppender(recorder);
            Configurator.setLevel("dev.loom.gateway", (Level) null);
        }
        assertThat(seen).hasSizeGreaterThan(100);
        assertThat(seen).anyMatch(text -> text.contains("Refused: ***"));
        assertThat(seen.stream().filter(text -> SECRETS.stream().anyMatch(text::contains)))
                .isEmpty();
    }

    private void runEverything() throws JMException {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.start(
                        TestGateway.providers(OWN, provider).replace("sk-provider-key", PROVIDER_KEY) + SETTINGS)) {
            traffic(gateway, provider);
            assertThat(provider.requests()).isNotEmpty().allSatisfy(request -> assertThat(request.headers())
                    .containsEntry("Authorization", "Bearer " + PROVIDER_KEY)
                    .containsEntry("X-Own", HEADER));
            provider.close();
            ask(gateway, false);
            readAdmin(gateway);
            readJmx();
        }
    }

    private void ask(TestGateway gateway, boolean stream) {
        record(gateway.chat(chat("gpt-4", stream), "Authorization", "Bearer " + CLIENT_KEY));
    }

    private static void broken(FakeProvider.Call call, String bytes) throws IOException {
        call.raw(bytes);
        call.close();
    }

    private void traffic(TestGateway gateway, FakeProvider provider) {
        List<FakeProvider.Behaviour> behaviours = List.of(
                call -> call.completion("fine"),
                call -> call.json(400, ECHO_JSON, "x-request-id", PROVIDER_KEY),
                call -> call.json(404, ECHO_JSON.replace("\"type\":\"x\"", "\"type\":\"model_not_found\"")),
                call -> call.json(413, ECHO_JSON),
                call -> call.json(500, ECHO_JSON, "x-request-id", PROVIDER_KEY),
                call -> call.answer(503, "text/plain", ECHO),
                call -> call.json(302, "{}", "Location", "http://127.0.0.1/" + PROVIDER_KEY),
                call -> call.json(200, ECHO_JSON),
                call -> call.json(200, ECHO),
                call -> broken(call, "HTTP/1.1 200 OK\r\nAuthorization " + PROVIDER_KEY + "\r\n\r\n"),
                call -> broken(call, "HTTP/1.1 " + PROVIDER_KEY + "\r\n\r\n"),
                call -> broken(call, PROVIDER_KEY + "\r\n\r\n"),
                call -> broken(call, "HTTP/1.1 200 OK\r\nContent-Length: " + PROVIDER_KEY + "\r\n\r\n"),
                call -> broken(call, "HTTP/1.1 200 OK\r\nTransfer-Encoding: " + PROVIDER_KEY + "\r\n\r\n"),
                call -> broken(
                        call, "HTTP/1.1 200 OK\r\nContent-Type: " + PROVIDER_KEY + "\r\nContent-Length: 0\r\n\r\n"),
                call -> broken(
                        call, "HTTP/1.1 200 OK\r\nContent-Encoding: " + PROVIDER_KEY + "\r\nContent-Length: 0\r\n\r\n"),
                call -> broken(call, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + PROVIDER_KEY + "\r\n"),
                call -> {
                    call.startStream();
                    call.event(ECHO_JSON);
                    call.endStream();
                },
                call -> {
                    call.startStream();
                    call.content("half");
                    call.event(ECHO_JSON);
                    call.endStream();
                },
                call -> {
                    call.startStream();
                    call.content("half");
                    call.write(PROVIDER_KEY + "\n\n");
                    call.event(PROVIDER_KEY);
                    call.cut();
                },
                FakeProvider.Call::cut);
        for (FakeProvider.Behaviour behaviour : behaviours) {
            provider.behave(behaviour);
            ask(gateway, false);
            ask(gateway, true);
        }
        record(gateway.chat(chat("gpt-4", false), "Authorization", "Bearer " + WRONG_KEY));
        record(gateway.chat(chat("gpt-4", false), "x-api-key", WRONG_KEY));
        record(gateway.chat(chat("none", false), "x-api-key", CLIENT_KEY, "Cookie", WRONG_KEY));
        record(gateway.chat("{", "x-api-key", CLIENT_KEY));
        provider.behave(call -> call.json(429, ECHO_JSON, "Retry-After", "0"));
        ask(gateway, false);
        for (int status : new int[] {401, 402}) {
            coolsDown(status);
        }
    }

    /** A gateway for each: the provider is not asked again for half an hour. */
    private void coolsDown(int status) {
        try (FakeProvider provider = new FakeProvider(call -> call.json(status, ECHO_JSON));
                TestGateway gateway = TestGateway.start(
                        TestGateway.providers(OWN, provider).replace("sk-provider-key", PROVIDER_KEY) + SETTINGS)) {
            ask(gateway, false);
            ask(gateway, false);
            readAdmin(gateway);
        }
    }

    private void readAdmin(TestGateway gateway) {
        for (String path :
                List.of("/ai/providers", "/ai/providers/a/health", "/ai/providers/a/stats", "/metrics", "/ready")) {
            for (String token : List.of(ADMIN_TOKEN, WRONG_KEY)) {
                try {
                    RawHttp.Answer answer = RawHttp.get(gateway.adminPort(), path, "Authorization: Bearer " + token);
                    seen.add(answer.headers() + answer.body());
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }
        }
    }

    private void readJmx() throws JMException {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        int attributes = 0;
        Set<ObjectName> names = new HashSet<>(server.queryNames(new ObjectName("org.apache.camel:*"), null));
        names.addAll(server.queryNames(new ObjectName("dev.loom.gateway:*"), null));
        assertThat(names).anyMatch(name -> "provider".equals(name.getKeyProperty("type")));
        for (ObjectName name : names) {
            seen.add(name.toString());
            for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
                seen.add(name + " " + attribute.getName() + "=" + value(server, name, attribute));
                attributes++;
            }
        }
        assertThat(attributes).isGreaterThan(500);
    }

    private static String value(MBeanServer server, ObjectName name, MBeanAttributeInfo attribute) {
        try {
            Object value = server.getAttribute(name, attribute.getName());
            return value instanceof Object[] array ? Arrays.deepToString(array) : String.valueOf(value);
        } catch (JMException | RuntimeException e) {
            return e.toString();
        }
    }
}

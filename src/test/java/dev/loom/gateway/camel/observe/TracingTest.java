package dev.loom.gateway.camel.observe;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawClient;
import dev.loom.gateway.testing.TestGateway;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The spans that a collector gets, seen by an exporter in memory. */
class TracingTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String PARENT = "b7ad6b7169203331";
    private static final String TRACEPARENT = "00-" + TRACE + "-" + PARENT + "-01";
    private static final String PATIENT = "routing: {failover: {max_retries: 1}}\n";

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final OpenTelemetrySdk telemetry = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                    .build())
            .build();

    private TestGateway traced(Map<String, String> properties, String more, FakeProvider... providers) {
        return TestGateway.start(
                TestGateway.providers("", providers) + more, properties, Map.of("telemetry", telemetry));
    }

    private TestGateway traced(FakeProvider... providers) {
        return traced(Map.of("loom.tracing", "true"), PATIENT, providers);
    }

    private SpanData only(SpanKind kind) {
        List<SpanData> found = spans(kind);
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private List<SpanData> spans(SpanKind kind) {
        return exporter.getFinishedSpanItems().stream()
                .filter(span -> span.getKind() == kind)
                .toList();
    }

    private void awaitRequests(int count) {
        await().until(() -> spans(SpanKind.SERVER).size() == count);
    }

    private static Map<String, Object> attributes(SpanData span) {
        Map<String, Object> attributes = new java.util.TreeMap<>();
        span.getAttributes().forEach((AttributeKey<?> key, Object value) -> attributes.put(key.getKey(), value));
        return attributes;
    }

    @Test
    void the_span_of_a_request_has_its_account() {
        String accounting = "token_accounting: {enabled: true, key: 'header:X-Org', trust: anonymous}\n";
        try (FakeProvider a = FakeProvider.saying("an answer");
                TestGateway gateway = traced(Map.of("loom.tracing", "true"), accounting, a)) {
            gateway.chat(chat("gpt-4", false), "X-Org", "org-1");
            awaitRequests(1);
            assertThat(attributes(only(SpanKind.SERVER))).containsEntry("loom.account", "org-1");
        }
    }

    @Test
    void a_request_is_one_span_and_its_attempt_a_child_by_the_conventions_for_generative_ai() {
        try (FakeProvider a = FakeProvider.saying("a secret answer");
                TestGateway gateway = traced(a)) {
            gateway.chat(chat("gpt-4", false), "x-request-id", "r-1");
            awaitRequests(1);
            SpanData request = only(SpanKind.SERVER);
            assertThat(request.getName()).isEqualTo("POST /v1/chat/completions");
            assertThat(attributes(request))
                    .isEqualTo(Map.of(
                            "http.request.method", "POST",
                            "http.route", "/v1/chat/completions",
                            "http.response.status_code", 200L,
                            "gen_ai.operation.name", "chat",
                            "gen_ai.request.model", "gpt-4",
                            "loom.request.id", "r-1",
                            "loom.attempts", 1L));
            SpanData attempt = only(SpanKind.CLIENT);
            assertThat(attempt.getName()).isEqualTo("chat gpt-4");
            assertThat(attempt.getParentSpanId()).isEqualTo(request.getSpanId());
            assertThat(attributes(attempt))
                    .isEqualTo(Map.of(
                            "gen_ai.operation.name", "chat",
                            "gen_ai.provider.name", "openai",
                            "gen_ai.request.model", "gpt-4",
                            "gen_ai.response.model", "fake",
                            "gen_ai.response.finish_reasons", List.of("stop"),
                            "gen_ai.usage.input_tokens", 5L,
                            "gen_ai.usage.output_tokens", 7L,
                            "server.address", "127.0.0.1",
                            "server.port", (long) a.port(),
                            "loom.provider", "a"));
            assertThat(exporter.getFinishedSpanItems()).hasSize(2);
            assertThat(exporter.getFinishedSpanItems().toString()).doesNotContain("hello", "secret", "sk-provider-key");
        }
    }

    @Test
    void a_stream_s_span_lasts_to_its_end() {
        try (FakeProvider a = FakeProvider.saying("x");
                TestGateway gateway = traced(a)) {
            gateway.chat(chat("gpt-4", true));
            awaitRequests(1);
            assertThat(attributes(only(SpanKind.CLIENT)))
                    .containsEntry("gen_ai.response.model", "fake")
                    .containsEntry("gen_ai.response.finish_reasons", List.of("stop"))
                    .containsKeys("gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens");
        }
    }

    @Test
    void each_attempt_is_a_child_and_says_what_it_came_to() {
        try (FakeProvider a = FakeProvider.failing(429, "rate_limit_error", "slow down");
                FakeProvider b = FakeProvider.saying("x");
                TestGateway gateway = traced(a, b)) {
            gateway.chat(chat("gpt-4", false));
            awaitRequests(1);
            List<SpanData> attempts = spans(SpanKind.CLIENT);
            assertThat(attempts).hasSize(2);
            assertThat(attributes(attempts.get(0)))
                    .containsEntry("loom.provider", "a")
                    .containsEntry("error.type", "rate_limited");
            assertThat(attempts.get(0).getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
            assertThat(attempts.get(0).getStatus().getDescription()).isEmpty();
            assertThat(attributes(attempts.get(1)))
                    .containsEntry("loom.provider", "b")
                    .doesNotContainKey("error.type");
            assertThat(attempts).allMatch(attempt -> attempt.getParentSpanId()
                    .equals(only(SpanKind.SERVER).getSpanId()));
            assertThat(attributes(only(SpanKind.SERVER))).containsEntry("loom.attempts", 2L);
        }
    }

    @Test
    void an_error_of_the_gateway_s_is_one_of_the_request_s_span() {
        try (FakeProvider a = FakeProvider.failing(500, "server_error", "oops");
                TestGateway gateway =
                        traced(Map.of("loom.tracing", "true"), "routing: {failover: {max_retries: 0}}", a)) {
            int status = gateway.chat(chat("gpt-4", false)).statusCode();
            awaitRequests(1);
            assertThat(attributes(only(SpanKind.SERVER)))
                    .containsEntry("http.response.status_code", (long) status)
                    .containsEntry("error.type", Integer.toString(status));
            assertThat(attributes(only(SpanKind.CLIENT))).containsEntry("error.type", "transient");
        }
    }

    @Test
    void a_client_that_leaves_is_told_of_too() throws Exception {
        CountDownLatch noticed = new CountDownLatch(1);
        try (FakeProvider a = new FakeProvider(call -> {
                    call.startStream();
                    call.content("half");
                    call.awaitClosed(noticed);
                });
                TestGateway gateway = traced(a)) {
            String body = chat("gpt-4", true);
            try (RawClient client = RawClient.send(
                    gateway.port(),
                    "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            + "Content-Length: " + body.length() + "\r\n\r\n" + body)) {
                client.head();
            }
            noticed.await();
            awaitRequests(1);
            assertThat(attributes(only(SpanKind.SERVER))).containsEntry("error.type", "hang_up");
            assertThat(attributes(only(SpanKind.CLIENT))).containsEntry("error.type", "hang_up");
        }
    }

    @Test
    void the_client_s_trace_is_continued_and_passed_on_but_not_its_baggage() {
        try (FakeProvider a = FakeProvider.saying("x");
                TestGateway gateway = traced(a)) {
            gateway.chat(chat("gpt-4", false), "traceparent", TRACEPARENT, "tracestate", "k=v", "baggage", "user=ann");
            awaitRequests(1);
            SpanData request = only(SpanKind.SERVER);
            assertThat(request.getTraceId()).isEqualTo(TRACE);
            assertThat(request.getParentSpanId()).isEqualTo(PARENT);
            Map<String, String> headers = a.requests().get(0).headers();
            assertThat(headers)
                    .containsEntry(
                            "traceparent",
                            "00-" + TRACE + "-" + only(SpanKind.CLIENT).getSpanId() + "-01")
                    .containsEntry("tracestate", "k=v")
                    .doesNotContainKey("baggage");
        }
    }

    @Test
    void with_camel_s_tracer_on_as_well_its_spans_of_routes_stand_in_the_same_trace() {
        try (FakeProvider a = FakeProvider.saying("x");
                TestGateway gateway =
                        traced(Map.of("loom.tracing", "true", "camel.opentelemetry2.enabled", "true"), PATIENT, a)) {
            gateway.chat(chat("gpt-4", false), "traceparent", TRACEPARENT);
            awaitRequests(1);
            await().until(() -> exporter.getFinishedSpanItems().size() > 5);
            assertThat(exporter.getFinishedSpanItems())
                    .extracting(SpanData::getTraceId)
                    .containsOnly(TRACE);
            assertThat(a.requests().get(0).headers().get("traceparent")).startsWith("00-" + TRACE);
            assertThat(a.requests().get(0).headers()).doesNotContainKey("baggage");
        }
    }

    @Test
    void without_the_property_there_is_no_span_and_no_header_of_the_client_s_goes_on() {
        try (FakeProvider a = FakeProvider.saying("x");
                TestGateway gateway = traced(Map.of(), PATIENT, a)) {
            gateway.chat(chat("gpt-4", false), "traceparent", TRACEPARENT);
            assertThat(exporter.getFinishedSpanItems()).isEmpty();
            assertThat(a.requests().get(0).headers()).doesNotContainKeys("traceparent", "tracestate");
        }
    }
}

package dev.loom.gateway.camel.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.junit.jupiter.api.Test;

/** A key that a client of Gemini's has put in the URL. */
class QueryKeyTest {

    private static final String KEY = "s3cr3t-of-ann";

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final InMemorySpanExporter spans = InMemorySpanExporter.create();

    @Test
    void it_lets_in_and_is_seen_by_no_step_log_trace_error_or_list_of_requests() throws Exception {
        OpenTelemetrySdk telemetry = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(spans))
                        .build())
                .build();
        try (CapturedLog log = new CapturedLog();
                FakeProvider provider = FakeProvider.saying("hello");
                TestGateway gateway = TestGateway.start(
                        TestGateway.providers("", provider) + "server: {api_keys: [{key: " + KEY + ", name: ann}]}\n",
                        Map.of("loom.tracing", "true"),
                        Map.of("telemetry", telemetry))) {
            gateway.camel().getManagementStrategy().addEventNotifier(new Witness());
            HttpResponse<String> answer = generate(gateway, "gpt-4");
            HttpResponse<String> error = generate(gateway, "none");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(error.statusCode()).isEqualTo(404);
            assertThat(seen).isNotEmpty();
            assertThat(String.join("\n", seen)).doesNotContain(KEY);
            assertThat(log.text()).doesNotContain(KEY).contains("ann");
            assertThat(gateway.admin("/ai/requests").toString())
                    .doesNotContain(KEY)
                    .contains("ann");
            assertThat(spans.getFinishedSpanItems().toString()).doesNotContain(KEY);
            assertThat(answer.body() + error.body() + answer.headers() + error.headers())
                    .doesNotContain(KEY);
            assertThat(provider.requests().toString()).doesNotContain(KEY);
        }
    }

    private static HttpResponse<String> generate(TestGateway gateway, String model) {
        String url = gateway.url() + "/v1beta/models/" + model + ":generateContent?key=" + KEY + "&alt=json";
        return gateway.send(HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}")));
    }

    /** Writes down all that steps of routes could read, from before the first of them to after the last. */
    private final class Witness extends EventNotifierSupport {

        @Override
        public void notify(CamelEvent event) {
            if (event instanceof CamelEvent.ExchangeEvent about) {
                Exchange exchange = about.getExchange();
                seen.add(exchange.getMessage().getHeaders() + " " + exchange.getAllProperties());
            }
        }
    }
}

package dev.loom.gateway.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A provider that closes what is idle for a second is asked just then. For {@code src/bench/run faults}: it takes long. */
@EnabledIfSystemProperty(named = "loom.idle.requests", matches = "\\d+")
class IdleCloseTest {

    private static final int REQUESTS = Integer.getInteger("loom.idle.requests", 0);

    @ParameterizedTest
    @ValueSource(ints = {1_000, 2_000})
    void no_request_needs_a_second_attempt(int spacingMillis) throws Exception {
        try (FakeProvider genuine = new FakeProvider(call -> {
                    call.completion("soon");
                    call.close();
                });
                FaultProxy a = closing(genuine);
                TestGateway gateway = TestGateway.start(
                        """
                        providers:
                          - {name: a, type: openai, api_key: k, base_url: "http://127.0.0.1:%d/v1"}
                          - {name: b, type: openai, api_key: k, base_url: "http://127.0.0.1:1/v1"}
                        """
                                .formatted(a.port()))) {
            for (int i = 0; i < REQUESTS; i++) {
                HttpResponse<String> answer = gateway.chat(TestGateway.chat("gpt-4", i % 2 == 0));
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.headers().firstValue("x-loom-attempts")).hasValue("1");
                Passage.pause(spacingMillis);
            }
            assertThat(gateway.stats("a").path("errors")).isEmpty();
            assertThat(gateway.stats("a").path("requests").asInt()).isEqualTo(REQUESTS);
        }
        FaultReport.flawless("the provider closes what is idle for 1 s; one every " + spacingMillis + " ms", REQUESTS);
    }

    private static FaultProxy closing(FakeProvider genuine) throws IOException {
        return new FaultProxy(genuine.port(), new ServerSocket(), 1_000);
    }
}

package dev.loom.gateway.camel.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.Operation;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.RawHttp.Answer;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A key that stands twice in one object is read by no path: whoever reads on could take the other of the two values. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DuplicateKeysTest {

    private static final List<String> TWICE = List.of(
            "{\"model\":\"gpt-4\",\"model\":\"gpt-4\"}",
            "{\"model\":\"gpt-4\",\"\\u006dodel\":\"gpt-5\"}",
            "{\"model\":\"gpt-4\",\"x\":[{\"y\":{\"a\":1,\"b\":2,\"a\":3}}]}");

    private FakeProvider provider;
    private TestGateway gateway;

    @BeforeAll
    void start() {
        provider = FakeProvider.saying("fine");
        gateway = TestGateway.start(
                TestGateway.providers("", provider)
                        + "server: {pass_through: [moderations, audio, images, rerank, files, batches, uploads, fine_tuning, vector_stores]}\n");
    }

    @AfterAll
    void stop() {
        gateway.close();
        provider.close();
    }

    List<Operation> readers() {
        List<Operation> readers = Operation.in(gateway.admin("/openapi.json")).stream()
                .filter(operation -> operation.takesJson() || mayTakeJson(operation))
                .toList();
        assertThat(readers).hasSizeGreaterThan(20);
        return readers;
    }

    /** The description says little of what passes. */
    private static boolean mayTakeJson(Operation operation) {
        return operation.method().equals("POST")
                && operation.said().at("/tags/0").asText().equals("Passed on");
    }

    @ParameterizedTest
    @MethodSource("readers")
    void it_is_refused_wherever_json_is_read(Operation reader) throws IOException {
        for (String twice : TWICE) {
            Answer answer = RawHttp.post(reader.port(gateway), reader.target("gpt-4", "a"), twice);
            // Jolokia's clients find the status in the answer.
            assertThat(answer.status())
                    .as(answer.body())
                    .isEqualTo(reader.path().startsWith("/jolokia") ? 200 : 400);
            assertThat(answer.body()).contains("uplicate");
        }
        assertThat(provider.requests()).isEmpty();
    }
}

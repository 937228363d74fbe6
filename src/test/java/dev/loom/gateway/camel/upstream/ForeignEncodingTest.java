package dev.loom.gateway.camel.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A provider that compresses what it was asked to send as it is. */
class ForeignEncodingTest {

    @ParameterizedTest
    @ValueSource(strings = {"br", "deflate", "zstd", "zstd, br"})
    void the_compression_is_named_as_the_cause(String encoding) throws IOException {
        try (CapturedLog log = new CapturedLog();
                FakeProvider provider =
                        new FakeProvider(call -> call.json(200, "squeezed", "Content-Encoding", encoding));
                TestGateway gateway = TestGateway.over(provider)) {
            for (boolean stream : new boolean[] {false, true}) {
                assertThat(gateway.chat(TestGateway.chat("gpt-4", stream)).body())
                        .contains("is compressed with '");
            }
            RawHttp.Answer passed =
                    RawHttp.post(gateway.port(), "/v1/audio/speech", "{\"model\":\"gpt-4\",\"input\":\"hi\"}");
            assertThat(passed.body()).contains("which was not asked for");
            assertThat(log.text())
                    .contains(
                            "The provider's answer is compressed with '" + encoding.replace(" ", "") + "', which was");
        }
    }
}

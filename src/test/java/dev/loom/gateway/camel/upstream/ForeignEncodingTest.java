package dev.loom.gateway.camel.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.TestGateway;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
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

    /** Camel undoes it once, which leaves what nobody can read. */
    @ParameterizedTest
    @ValueSource(strings = {"gzip, gzip", "gzip\r\nContent-Encoding: gzip"})
    void what_is_compressed_twice_goes_to_the_next_provider(String encoding) throws IOException {
        byte[] squeezed = gzip(gzip(FakeProvider.Call.completionBody("from a").getBytes(StandardCharsets.UTF_8)));
        try (CapturedLog log = new CapturedLog();
                FakeProvider a = new FakeProvider(call -> {
                    call.raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: " + encoding
                            + "\r\nContent-Length: " + squeezed.length + "\r\n\r\n");
                    call.raw(squeezed);
                });
                FakeProvider b = FakeProvider.saying("from b");
                TestGateway gateway = TestGateway.over(a, b)) {
            for (boolean stream : new boolean[] {false, true}) {
                assertThat(gateway.chat(TestGateway.chat("gpt-4", stream)).body())
                        .contains("from b");
            }
            assertThat(log.text()).contains("The provider's answer is compressed with 'gzip,gzip', which was");
        }
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write(bytes);
        }
        return zipped.toByteArray();
    }
}

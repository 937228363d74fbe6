package dev.loom.gateway.camel.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.TestGateway;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An answer that passes and ends too early: nobody takes what has come for all of it. */
class PassedAnswerCutTest {

    private static final String BODY = "{\"model\":\"gpt-4\",\"input\":\"hi\"}";

    private static final String AUDIO = "HTTP/1.1 200 X\r\nContent-Type: audio/mpeg\r\n";

    private enum Truncated {
        LENGTH {
            @Override
            void serve(FakeProvider.Call call) throws IOException {
                call.raw(AUDIO + "Content-Length: 100\r\n\r\nshort");
                call.close();
            }
        },
        CHUNKS {
            @Override
            void serve(FakeProvider.Call call) throws IOException {
                call.raw(AUDIO + "Transfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n");
                call.close();
            }
        },
        CHUNK_SIZE {
            @Override
            void serve(FakeProvider.Call call) throws IOException {
                call.raw(AUDIO + "Transfer-Encoding: chunked\r\n\r\n5\r\nshort\r\nzz\r\n");
                call.awaitClosed();
            }
        },
        GZIP {
            @Override
            void serve(FakeProvider.Call call) throws IOException {
                byte[] noise = new byte[100_000];
                new Random(1).nextBytes(noise);
                ByteArrayOutputStream zipped = new ByteArrayOutputStream();
                try (GZIPOutputStream zip = new GZIPOutputStream(zipped)) {
                    zip.write(noise);
                }
                call.raw(AUDIO + "Content-Encoding: gzip\r\nContent-Length: 90000\r\n\r\n");
                call.raw(Arrays.copyOf(zipped.toByteArray(), 90_000));
                call.close();
            }
        },
        LARGE {
            @Override
            void serve(FakeProvider.Call call) throws IOException {
                call.raw(AUDIO + "Content-Length: 1000000\r\n\r\n" + "x".repeat(300_000));
                call.close();
            }
        },
        RESET {
            @Override
            void serve(FakeProvider.Call call) throws IOException {
                call.raw(AUDIO + "Content-Length: 100\r\n\r\nshort");
                call.cut();
            }
        },
        SILENT {
            @Override
            void serve(FakeProvider.Call call) throws IOException {
                call.raw(AUDIO + "Content-Length: 100\r\n\r\nshort");
                call.awaitClosed();
            }
        };

        abstract void serve(FakeProvider.Call call) throws IOException;
    }

    private static TestGateway over(FakeProvider provider) {
        return TestGateway.start(TestGateway.providers("timeouts: {idle: 500ms}", provider)
                + "server: {pass_through: [audio, images, files]}\n");
    }

    /** All that the client gets of one answer. */
    private static String received(TestGateway gateway, String request) throws IOException {
        try (RawHttp client = new RawHttp(gateway.port())) {
            client.send(request);
            try {
                return client.readToEnd();
            } catch (SocketException reset) {
                return "reset";
            }
        }
    }

    private static String post(String path) {
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                + BODY.length() + "\r\n\r\n" + BODY;
    }

    @ParameterizedTest
    @EnumSource
    void the_connection_is_closed_without_a_last_chunk_however_the_provider_stops(Truncated how) throws IOException {
        try (CapturedLog log = new CapturedLog();
                FakeProvider provider = new FakeProvider(how::serve);
                TestGateway gateway = over(provider)) {
            for (String path : List.of("/v1/audio/speech", "/v1/images/generations", "/v1/audio/speech")) {
                assertThat(received(gateway, post(path))).as(path).doesNotContain("\r\n0\r\n");
            }
            assertThat(log.text())
                    .contains("the stream from provider 'a' broke")
                    .doesNotContain("Exception caught");
            assertThat(gateway.admin("/ai/requests").toString()).doesNotContain("success");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void no_race_lets_a_last_chunk_through(String method) throws IOException {
        try (FakeProvider provider = new FakeProvider(Truncated.LENGTH::serve);
                TestGateway gateway = over(provider)) {
            for (int i = 0; i < 40; i++) {
                String request = method.equals("GET")
                        ? "GET /v1/files/x/content HTTP/1.1\r\nHost: localhost\r\n\r\n"
                        : post("/v1/audio/speech");
                assertThat(received(gateway, request)).as("%d", i).doesNotContain("\r\n0\r\n");
            }
        }
    }

    @Test
    void a_stream_of_events_ends_with_an_error_event() throws IOException {
        try (FakeProvider provider = new FakeProvider(call -> {
                    call.start(200, Map.of("Content-Type", "text/event-stream"));
                    call.event("{\"type\":\"speech.audio.delta\",\"audio\":\"AAAA\"}");
                    call.close();
                });
                TestGateway gateway = over(provider)) {
            String answer =
                    received(gateway, post("/v1/audio/speech").replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
            assertThat(answer)
                    .contains(
                            "speech.audio.delta",
                            "data: {\"error\":{\"message\":\"The connection to the provider broke");
            JsonNode requests = gateway.admin("/ai/requests");
            assertThat(requests.toString()).doesNotContain("success");
        }
    }

    @Test
    void an_event_that_was_cut_is_not_ended_by_the_gateway() throws IOException {
        try (FakeProvider provider = new FakeProvider(call -> {
                    call.start(200, Map.of("Content-Type", "text/event-stream"));
                    call.write("data: {\"type\":\"speech.au");
                    call.close();
                });
                TestGateway gateway = over(provider)) {
            assertThat(received(gateway, post("/v1/audio/speech"))).doesNotContain("\"error\"", "\r\n0\r\n");
        }
    }
}

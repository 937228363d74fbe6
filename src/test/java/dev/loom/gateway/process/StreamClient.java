package dev.loom.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Holds thousands of streams on a few event loops, and knows how many are open at the same time. */
final class StreamClient implements Closeable {

    /** A stream's status and all its bytes. */
    record Answer(int status, String body, String retryAfter) {

        boolean isWhole() {
            return status == 200 && body.endsWith("data: [DONE]\n\n");
        }
    }

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http;
    private final int port;
    private final AtomicInteger open = new AtomicInteger();

    StreamClient(int port, int connections) {
        this.port = port;
        http = vertx.createHttpClient(new HttpClientOptions().setMaxPoolSize(connections));
    }

    static String body(String content, boolean stream) {
        return "{\"model\":\"gpt-4\",\"stream\":" + stream + ",\"messages\":[{\"role\":\"user\",\"content\":\""
                + content + "\"}]}";
    }

    /** Streams of which the first bytes have come and the last have not. */
    int open() {
        return open.get();
    }

    List<CompletableFuture<Answer>> stream(int count) {
        return IntStream.range(0, count).mapToObj(i -> stream("Hi!")).toList();
    }

    /**
     * Streams that are open when this returns. Who is refused for the moment asks again, as clients do, since a machine that
     * stood still is no failure of the gateway; any other end is told instead of waited for.
     */
    List<CompletableFuture<Answer>> awaitOpen(int count, Duration atMost) {
        int before = open();
        List<CompletableFuture<Answer>> streams = new ArrayList<>(stream(count));
        List<Answer> refused = new ArrayList<>();
        await("streams to be open").atMost(atMost).untilAsserted(() -> {
            streams.replaceAll(stream -> stream.isDone() ? again(stream.join(), refused) : stream);
            assertThat(open()).as("open streams; refused before: %s", refused).isEqualTo(before + count);
        });
        return streams;
    }

    private CompletableFuture<Answer> again(Answer ended, List<Answer> refused) {
        if (ended.status() != 429) {
            throw new IllegalStateException("A stream ended early: " + ended);
        }
        refused.add(ended);
        return stream("Hi!");
    }

    CompletableFuture<Answer> stream(String content) {
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI("/v1/chat/completions")
                .putHeader("Content-Type", "application/json");
        return http.request(request)
                .compose(prepared -> send(prepared, content))
                .compose(this::read)
                .toCompletionStage()
                .toCompletableFuture();
    }

    private static io.vertx.core.Future<HttpClientResponse> send(HttpClientRequest request, String content) {
        return request.send(Buffer.buffer(body(content, true)));
    }

    private io.vertx.core.Future<Answer> read(HttpClientResponse response) {
        if (response.statusCode() == 200) {
            open.incrementAndGet();
        }
        return response.body().map(body -> {
            if (response.statusCode() == 200) {
                open.decrementAndGet();
            }
            return new Answer(response.statusCode(), body.toString(), response.getHeader("Retry-After"));
        });
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}

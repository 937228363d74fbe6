package dev.loom.gateway.camel.upstream;

import dev.loom.gateway.camel.port.Reply;
import dev.loom.gateway.config.SimulatorConfig;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.EmbeddingsRequest;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.UnsupportedRequest;
import dev.loom.gateway.provider.simulator.SimulatedAnswer;
import dev.loom.gateway.provider.simulator.SimulatedPath;
import dev.loom.gateway.provider.simulator.SimulatedVectors;
import dev.loom.gateway.provider.simulator.SimulatorDialect;
import dev.loom.gateway.traffic.TimeSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.core5.concurrent.CancellableDependency;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;

/**
 * A provider inside the process ({@code type: simulator}). It answers where other providers' requests would go to the
 * network, at the end of the HTTP client, so that everything before and after is the real thing.
 */
final class Simulator implements ExecChainHandler {

    private static final byte[] NO_MODELS = "{\"object\":\"list\",\"data\":[]}".getBytes(StandardCharsets.UTF_8);

    private final String name;
    private final SimulatedProvider provider;

    Simulator(String name, SimulatorConfig settings, TimeSource time) {
        this.name = name;
        this.provider = new SimulatedProvider(name, settings, time);
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException {
        CountDownLatch closed = new CountDownLatch(1);
        ((CancellableDependency) scope.originalRequest).setDependency(() -> {
            closed.countDown();
            return true;
        });
        provider.delay(closed);
        if (request.getMethod().equals("GET")) {
            return answer(200, new ByteArrayEntity(NO_MODELS, ContentType.APPLICATION_JSON));
        }
        Optional<Reply> failure = provider.failure();
        if (failure.isPresent()) {
            return answer(failure.get());
        }
        String path = SimulatorDialect.path(name, request.getRequestUri());
        if (SimulatedPath.isAnswered(path)) {
            return passed(path, request);
        }
        return path.endsWith(SimulatorDialect.EMBEDDINGS) ? embeddings(request) : completion(request, closed);
    }

    private static ClassicHttpResponse passed(String path, ClassicHttpRequest request) throws IOException {
        Beginning body = new Beginning();
        request.getEntity().writeTo(body);
        SimulatedPath.Answer answer = SimulatedPath.to(path, body.toByteArray());
        return answer(answer.status(), new ByteArrayEntity(answer.body(), ContentType.parse(answer.type())));
    }

    /** As much of a body as is looked at; an upload may be large. */
    private static final class Beginning extends ByteArrayOutputStream {

        private static final int MOST = 1 << 20;

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            super.write(bytes, offset, Math.min(length, MOST - size()));
        }

        @Override
        public synchronized void write(int one) {
            write(new byte[] {(byte) one}, 0, 1);
        }
    }

    private static ClassicHttpResponse embeddings(ClassicHttpRequest request) throws IOException {
        try {
            EmbeddingsRequest asked = EmbeddingsRequest.parse(EntityUtils.toByteArray(request.getEntity()));
            return answer(200, new ByteArrayEntity(SimulatedVectors.answer(asked), ContentType.APPLICATION_JSON));
        } catch (UnsupportedRequest e) {
            return answer(400, new ByteArrayEntity(e.error().toBody(), ContentType.APPLICATION_JSON));
        } catch (InvalidRequest e) {
            throw new IOException("The gateway sent an invalid request", e);
        }
    }

    private ClassicHttpResponse completion(ClassicHttpRequest request, CountDownLatch closed) throws IOException {
        ChatRequest chat = read(request);
        SimulatedAnswer answer;
        try {
            answer = provider.answer(chat);
        } catch (UnsupportedRequest e) {
            return answer(400, new ByteArrayEntity(e.error().toBody(), ContentType.APPLICATION_JSON));
        }
        return answer(
                200,
                chat.stream()
                        ? new InputStreamEntity(provider.stream(answer, closed), ContentType.TEXT_EVENT_STREAM)
                        : new ByteArrayEntity(provider.whole(answer, closed), ContentType.APPLICATION_JSON));
    }

    private static ChatRequest read(ClassicHttpRequest request) throws IOException {
        try {
            return ChatRequest.parse(EntityUtils.toByteArray(request.getEntity()));
        } catch (InvalidRequest e) {
            throw new IOException("The gateway sent an invalid request", e);
        }
    }

    private static ClassicHttpResponse answer(Reply reply) {
        ClassicHttpResponse response =
                answer(reply.status(), new ByteArrayEntity(reply.body(), ContentType.APPLICATION_JSON));
        reply.headers().forEach(response::setHeader);
        return response;
    }

    private static ClassicHttpResponse answer(int status, HttpEntity entity) {
        ClassicHttpResponse response = new BasicClassicHttpResponse(status);
        response.setEntity(entity);
        response.setHeader("Content-Type", entity.getContentType());
        return response;
    }
}

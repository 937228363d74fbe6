package dev.loom.gateway.camel;

import dev.loom.gateway.config.SimulatorConfig;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.SimulatedAnswer;
import dev.loom.gateway.traffic.TimeSource;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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
 * network, at the end of the HTTP client, so that everything before and after is the real thing. Which requests fail
 * depends on the seed alone.
 */
final class Simulator implements ExecChainHandler {

    private final String provider;
    private final SimulatorConfig settings;
    private final TimeSource time;
    private final SplittableRandom random;
    private final AtomicLong answers = new AtomicLong();

    Simulator(String provider, SimulatorConfig settings, TimeSource time) {
        this.provider = provider;
        this.settings = settings;
        this.time = time;
        this.random = new SplittableRandom(settings.seed());
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException {
        CountDownLatch closed = new CountDownLatch(1);
        ((CancellableDependency) scope.originalRequest).setDependency(() -> {
            closed.countDown();
            return true;
        });
        SimulatedStream.pause(closed, settings.latency().toNanos());
        if (request.getMethod().equals("GET")) {
            return answer(200, new ByteArrayEntity(models(), ContentType.APPLICATION_JSON));
        }
        return fails() ? failure() : completion(request, closed);
    }

    private boolean fails() {
        synchronized (random) {
            return random.nextDouble() < settings.failureRate();
        }
    }

    private ClassicHttpResponse failure() {
        boolean limited = settings.failureStatus() == 429;
        ApiError error = new ApiError(
                "Simulated failure of provider '" + provider + "'",
                limited ? "requests" : "server_error",
                null,
                limited ? "rate_limit_exceeded" : "simulated");
        ClassicHttpResponse response =
                answer(settings.failureStatus(), new ByteArrayEntity(error.toBody(), ContentType.APPLICATION_JSON));
        if (settings.retryAfter() != null) {
            response.setHeader("Retry-After", Math.max(1, settings.retryAfter().toSeconds()));
        }
        return response;
    }

    private ClassicHttpResponse completion(ClassicHttpRequest request, CountDownLatch closed) throws IOException {
        ChatRequest chat = read(request);
        SimulatedAnswer answer = new SimulatedAnswer(
                provider, chat, answers.incrementAndGet(), time.instant().getEpochSecond());
        long pause = (long) (TimeUnit.SECONDS.toNanos(1) / settings.tokensPerSecond());
        if (chat.stream()) {
            SimulatedStream stream = new SimulatedStream(answer.events(), pause, settings.breakAfterTokens(), closed);
            return answer(200, new InputStreamEntity(stream, ContentType.TEXT_EVENT_STREAM));
        }
        SimulatedStream.pause(closed, pause * answer.tokens());
        return answer(200, new ByteArrayEntity(answer.completion(), ContentType.APPLICATION_JSON));
    }

    private static ChatRequest read(ClassicHttpRequest request) throws IOException {
        try {
            return ChatRequest.parse(EntityUtils.toByteArray(request.getEntity()));
        } catch (InvalidRequest e) {
            throw new IOException("The gateway sent an invalid request", e);
        }
    }

    private static byte[] models() {
        return "{\"object\":\"list\",\"data\":[]}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    private static ClassicHttpResponse answer(int status, HttpEntity entity) {
        ClassicHttpResponse response = new BasicClassicHttpResponse(status);
        response.setEntity(entity);
        response.setHeader("Content-Type", entity.getContentType());
        return response;
    }
}

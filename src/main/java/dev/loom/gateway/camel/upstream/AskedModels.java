package dev.loom.gateway.camel.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.camel.request.Gateway;
import dev.loom.gateway.camel.request.ModelLists;
import dev.loom.gateway.camel.request.UpstreamCall;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.provider.CredentialsUnavailable;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UpstreamRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks providers for their lists of models when a client wants to see them. The first client waits for the list; later
 * ones get the one that is there, while another is asked for behind their backs.
 */
public final class AskedModels implements ModelLists {

    private static final Logger LOG = LoggerFactory.getLogger(AskedModels.class);

    private static final Duration KEPT = Duration.ofMinutes(10);

    /** For one that could not be had. */
    private static final Duration FORGIVEN = Duration.ofMinutes(1);

    /** A list is worth waiting for, but not as long as an answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final int LONGEST = 4 << 20;

    /** @param config as it was when it was asked */
    private record Asked(
            ProviderConfig config, Instant until, @Nullable Set<String> before, CompletableFuture<Set<String>> list) {

        @Nullable
        Set<String> now() {
            boolean there = list.isDone() && !list.isCompletedExceptionally();
            return there ? list.join() : before;
        }
    }

    private final Map<String, Asked> asked = new ConcurrentHashMap<>();

    @Override
    public @Nullable Set<String> of(Gateway gateway, ProviderConfig provider) {
        Instant now = gateway.time().instant();
        Asked known = Objects.requireNonNull(asked.compute(
                provider.name(),
                (name, last) -> last != null && isFresh(last, provider, now) ? last : ask(gateway, provider, last)));
        return known.before() == null ? awaited(known) : known.now();
    }

    private static boolean isFresh(Asked last, ProviderConfig provider, Instant now) {
        boolean failed = last.list().isCompletedExceptionally();
        Instant until = failed ? last.until().minus(KEPT).plus(FORGIVEN) : last.until();
        return last.config().equals(provider) && now.isBefore(until);
    }

    private static Asked ask(Gateway gateway, ProviderConfig provider, @Nullable Asked last) {
        CompletableFuture<Set<String>> list = new CompletableFuture<>();
        Thread thread = new Thread(() -> fetch(gateway, provider, list), "loom-models-" + provider.name());
        thread.setDaemon(true);
        thread.start();
        Set<String> before = last != null && last.config().equals(provider) ? last.now() : null;
        return new Asked(provider, gateway.time().instant().plus(KEPT), before, list);
    }

    private static @Nullable Set<String> awaited(Asked known) {
        try {
            return known.list().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private static void fetch(Gateway gateway, ProviderConfig provider, CompletableFuture<Set<String>> list) {
        try {
            list.complete(fetch(gateway, provider));
        } catch (IOException | CredentialsUnavailable | RuntimeException e) {
            LOG.warn(
                    "provider '{}' has not told which models it has: {}",
                    provider.name(),
                    ProviderSecrets.of(provider).masked(e.toString()));
            list.completeExceptionally(e);
        }
    }

    private static Set<String> fetch(Gateway gateway, ProviderConfig provider)
            throws IOException, CredentialsUnavailable {
        HttpClientBuilder builder = HttpClientBuilder.create();
        new UpstreamClient(provider, gateway.config().server(), gateway.time(), gateway.timer())
                .configureHttpClient(builder);
        UpstreamRequest request = gateway.authorized(
                Objects.requireNonNull(gateway.dialects().get(provider.name())).models(provider), provider);
        UpstreamCall call = new UpstreamCall(gateway.timer(), gateway.time(), PATIENCE);
        call.timeoutAfter(PATIENCE);
        HttpGet get = new HttpGet(request.url().replaceFirst("(pageSize|limit)=1$", "$1=1000"));
        request.headers().forEach(get::setHeader);
        get.setEntity(new UpstreamBody(request, call));
        try (CloseableHttpClient client = builder.build()) {
            return client.execute(get, AskedModels::read);
        } finally {
            call.finish();
        }
    }

    private static Set<String> read(ClassicHttpResponse answer) throws IOException {
        if (answer.getCode() != 200) {
            throw new IOException("HTTP " + answer.getCode());
        }
        return names(Json.lenient(EntityUtils.toByteArray(answer.getEntity(), LONGEST)));
    }

    /** In the words of OpenAI and Anthropic, or in Google's, whose names have the folders in which the models are. */
    static Set<String> names(JsonNode answer) {
        Set<String> names = new TreeSet<>();
        answer.path("data").forEach(model -> names.add(model.path("id").asText("")));
        for (String list : new String[] {"models", "publisherModels"}) {
            answer.path(list).forEach(model -> {
                String name = model.path("name").asText("");
                names.add(name.substring(name.lastIndexOf('/') + 1));
            });
        }
        names.remove("");
        return names;
    }
}

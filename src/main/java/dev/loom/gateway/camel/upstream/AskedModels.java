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
import java.util.concurrent.Callable;
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
 * Asks providers for their lists of models when a client wants to see them. Clients wait for the first list; later ones
 * get the one that is there, or none after a failure, while another is asked for behind their backs.
 */
public final class AskedModels implements ModelLists {

    private static final Logger LOG = LoggerFactory.getLogger(AskedModels.class);

    private static final Duration KEPT = Duration.ofMinutes(10);

    /** For one that could not be had. */
    private static final Duration FORGIVEN = Duration.ofMinutes(1);

    /** A list is worth waiting for, but not as long as an answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final int LONGEST = 4 << 20;

    /**
     * @param config as it was when it was asked
     * @param first whether nothing is known of it yet, not even that it does not tell
     */
    private record Asked(
            ProviderConfig config,
            Instant until,
            boolean first,
            @Nullable Set<String> before,
            CompletableFuture<Set<String>> list) {

        @Nullable
        Set<String> now() {
            boolean there = list.isDone() && !list.isCompletedExceptionally();
            return there ? list.join() : before;
        }
    }

    private final Map<String, Asked> asked = new ConcurrentHashMap<>();

    @Override
    public @Nullable Set<String> of(Gateway gateway, ProviderConfig provider) {
        return of(provider, gateway.time().instant(), () -> fetch(gateway, provider));
    }

    @Nullable
    Set<String> of(ProviderConfig provider, Instant now, Callable<Set<String>> question) {
        Asked known = Objects.requireNonNull(asked.compute(
                provider.name(),
                (name, last) ->
                        last != null && isFresh(last, provider, now) ? last : ask(provider, now, question, last)));
        return known.first() ? awaited(known) : known.now();
    }

    private static boolean isFresh(Asked last, ProviderConfig provider, Instant now) {
        boolean failed = last.list().isCompletedExceptionally();
        Instant until = failed ? last.until().minus(KEPT).plus(FORGIVEN) : last.until();
        return last.config().equals(provider) && now.isBefore(until);
    }

    private static Asked ask(
            ProviderConfig provider, Instant now, Callable<Set<String>> question, @Nullable Asked last) {
        CompletableFuture<Set<String>> list = new CompletableFuture<>();
        Thread thread = new Thread(() -> ask(provider, question, list), "loom-models-" + provider.name());
        thread.setDaemon(true);
        thread.start();
        Instant until = now.plus(KEPT);
        return last != null && last.config().equals(provider)
                ? new Asked(provider, until, false, last.now(), list)
                : new Asked(provider, until, true, null, list);
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

    private static void ask(
            ProviderConfig provider, Callable<Set<String>> question, CompletableFuture<Set<String>> list) {
        try {
            list.complete(question.call());
        } catch (Exception e) {
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
        } catch (IOException e) {
            throw call.cancelled() == UpstreamCall.Reason.TIMEOUT
                    ? new IOException("it did not answer within " + PATIENCE.toSeconds() + " s", e)
                    : e;
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

package dev.loom.gateway.accounts;

import dev.loom.gateway.config.Secret;
import dev.loom.gateway.config.accounts.WebhookConfig;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.traffic.TimeSource;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.DoubleStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code token_accounting.webhooks}: posts to others that an account nears a limit, or has reached it. Nobody waits for it; what
 * is not taken with a 2xx is sent again, and in the end said in the log.
 */
public final class Webhooks implements LimitListener {

    private static final Logger LOG = LoggerFactory.getLogger(Webhooks.class);

    /** Before each further attempt: together some minutes, in which most receivers are restarted. */
    private static final List<Duration> PAUSES =
            List.of(Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(300));

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Posts under way; more come only from thousands of accounts at once. */
    private static final int MOST = 1_000;

    private final List<WebhookConfig> webhooks;
    private final TimeSource time;
    private final List<Duration> pauses;
    private final AtomicInteger underWay = new AtomicInteger();
    private final HttpClient http = HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(TIMEOUT)
            .build();

    public Webhooks(List<WebhookConfig> webhooks, TimeSource time) {
        this(webhooks, time, PAUSES);
    }

    Webhooks(List<WebhookConfig> webhooks, TimeSource time, List<Duration> pauses) {
        this.webhooks = webhooks;
        this.time = time;
        this.pauses = pauses;
    }

    /** The shares of a limit at which somebody is to be told, ascending; the last one is 1. */
    public double[] thresholds() {
        return DoubleStream.concat(webhooks.stream().mapToDouble(WebhookConfig::threshold), DoubleStream.of(1))
                .distinct()
                .sorted()
                .toArray();
    }

    @Override
    public void crossed(String account, Limit limit, double threshold, long used, long most) {
        String event = threshold < 1 ? "limit_warning" : "limit_reached";
        for (WebhookConfig webhook : webhooks) {
            boolean meant = threshold == 1 || threshold == webhook.threshold();
            if (meant && webhook.events().contains(event)) {
                post(webhook, body(event, account, limit, used, most));
            }
        }
    }

    private byte[] body(String event, String account, Limit limit, long used, long most) {
        return Json.bytes(Json.object()
                .put("event", event)
                .put("key", account)
                .put("limit", limit.name())
                .put("current_usage", limit.figure(used))
                .put("limit_value", limit.figure(most))
                .put("percentage", Math.round(1000.0 * used / most) / 10.0)
                .put("timestamp", time.instant().truncatedTo(ChronoUnit.SECONDS).toString()));
    }

    private void post(WebhookConfig webhook, byte[] body) {
        if (underWay.incrementAndGet() > MOST) {
            underWay.decrementAndGet();
            LOG.warn("the webhook {} is not told of a limit: {} posts are under way", shown(webhook), MOST);
            return;
        }
        CompletableFuture<Void> posting = attempt(webhook, body, 0, ForkJoinPool.commonPool());
        CompletableFuture<Void> unused = posting.whenComplete((done, failure) -> {
            underWay.decrementAndGet();
            if (failure != null) {
                LOG.warn("the webhook {} was not told of a limit: {}", shown(webhook), failure.getMessage());
            }
        });
    }

    private CompletableFuture<Void> attempt(WebhookConfig webhook, byte[] body, int number, Executor after) {
        return CompletableFuture.supplyAsync(() -> request(webhook, body), after)
                .thenCompose(request -> http.sendAsync(request, HttpResponse.BodyHandlers.discarding()))
                .thenAccept(Webhooks::requireTaken)
                .exceptionallyCompose(failure -> {
                    if (number >= pauses.size() || failure.getCause() instanceof SecurityException) {
                        return CompletableFuture.failedFuture(failure);
                    }
                    long pause = pauses.get(number).toMillis();
                    Executor later = CompletableFuture.delayedExecutor(pause, TimeUnit.MILLISECONDS);
                    return attempt(webhook, body, number + 1, later);
                });
    }

    private static void requireTaken(HttpResponse<Void> response) {
        if (response.statusCode() / 100 != 2) {
            throw new IllegalStateException("it answers " + response.statusCode());
        }
    }

    private static HttpRequest request(WebhookConfig webhook, byte[] body) {
        URI uri = URI.create(webhook.url());
        if (!webhook.allowPrivate() && isPrivate(uri.getHost())) {
            throw new SecurityException("its name leads to a private network, and allow_private is not set");
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        Secret secret = webhook.secret();
        if (secret != null) {
            request.header("X-Loom-Signature", "sha256=" + signature(secret, body));
        }
        return request.build();
    }

    /** Asked at each attempt: a name may lead elsewhere by then. */
    private static boolean isPrivate(String host) {
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                byte[] bytes = address.getAddress();
                boolean uniqueLocal = bytes.length == 16 && (bytes[0] & 0xfe) == 0xfc;
                boolean shared = bytes.length == 4 && bytes[0] == 100 && (bytes[1] & 0xc0) == 64;
                if (address.isLoopbackAddress()
                        || address.isAnyLocalAddress()
                        || address.isSiteLocalAddress()
                        || address.isLinkLocalAddress()
                        || uniqueLocal
                        || shared) {
                    return true;
                }
            }
            return false;
        } catch (UnknownHostException e) {
            throw new IllegalStateException("its name cannot be resolved", e);
        }
    }

    static String signature(Secret secret, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.value().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has HmacSHA256", e);
        }
    }

    /** Some put a key into the query. */
    private static String shown(WebhookConfig webhook) {
        return webhook.url().replaceFirst("\\?.*", "?***");
    }
}

package dev.loom.gateway.accounts;

import dev.loom.gateway.accounts.AccountObserver.Posting;
import dev.loom.gateway.config.Secret;
import dev.loom.gateway.config.accounts.WebhookConfig;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.traffic.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
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

    /** Threads that post, each of which waits for the answer. */
    private static final int THREADS = 4;

    /** Posts under way; more come only from thousands of accounts at once. */
    private static final int MOST = 1_000;

    private final List<WebhookConfig> webhooks;
    private final TimeSource time;
    private final List<Duration> pauses;
    private final AtomicInteger underWay = new AtomicInteger();
    private final WebhookPoster poster;
    private final AccountObserver observer;
    private final ThreadPoolExecutor threads =
            new ThreadPoolExecutor(THREADS, THREADS, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(), task -> {
                Thread thread = new Thread(task, "loom-webhooks");
                thread.setDaemon(true);
                return thread;
            });

    public Webhooks(List<WebhookConfig> webhooks, TimeSource time, WebhookPoster poster, AccountObserver observer) {
        this(webhooks, time, poster, observer, PAUSES);
    }

    Webhooks(
            List<WebhookConfig> webhooks,
            TimeSource time,
            WebhookPoster poster,
            AccountObserver observer,
            List<Duration> pauses) {
        this.webhooks = webhooks;
        this.time = time;
        this.poster = poster;
        this.observer = observer;
        this.pauses = pauses;
        threads.allowCoreThreadTimeOut(true);
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
            observer.webhook(Posting.FAILED);
            LOG.warn("the webhook {} is not told of a limit: {} posts are under way", webhook.shown(), MOST);
            return;
        }
        CompletableFuture<Void> posting = attempt(webhook, body, 0, threads);
        CompletableFuture<Void> unused = posting.whenComplete((done, failure) -> {
            underWay.decrementAndGet();
            observer.webhook(failure == null ? Posting.DELIVERED : Posting.FAILED);
            if (failure != null) {
                LOG.warn("the webhook {} was not told of a limit: {}", webhook.shown(), reason(failure));
            }
        });
    }

    private CompletableFuture<Void> attempt(WebhookConfig webhook, byte[] body, int number, Executor after) {
        return CompletableFuture.runAsync(() -> send(webhook, body), after).exceptionallyCompose(failure -> {
            if (number >= pauses.size() || failure.getCause() instanceof SecurityException) {
                return CompletableFuture.failedFuture(failure);
            }
            observer.webhook(Posting.RETRIED);
            long pause = pauses.get(number).toMillis();
            Executor later = CompletableFuture.delayedExecutor(pause, TimeUnit.MILLISECONDS, threads);
            return attempt(webhook, body, number + 1, later);
        });
    }

    private void send(WebhookConfig webhook, byte[] body) {
        Secret secret = webhook.secret();
        String signature = secret == null ? null : "sha256=" + signature(secret, body);
        try {
            int status = poster.post(webhook.url(), webhook.allowPrivate(), body, signature);
            if (status / 100 != 2) {
                throw new IllegalStateException("it answers " + status);
            }
        } catch (WebhookPoster.PrivateAddress e) {
            throw new SecurityException(e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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

    /** Of an attempt, without what {@link #send} and the future have put around it. */
    private static String reason(Throwable failure) {
        Throwable reason = failure;
        while (reason.getCause() != null && !(reason instanceof IOException)) {
            reason = reason.getCause();
        }
        return String.valueOf(reason.getMessage());
    }
}

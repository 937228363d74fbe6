package dev.loom.gateway.camel.upstream;

import dev.loom.gateway.camel.request.Facts;
import dev.loom.gateway.camel.request.Gateway;
import dev.loom.gateway.config.HealthCheckConfig;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.UpstreamRequest;
import dev.loom.gateway.traffic.Health;
import dev.loom.gateway.traffic.ProviderTraffic;
import dev.loom.gateway.traffic.TimeSource;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.http.HttpMethods;
import org.jspecify.annotations.Nullable;

/** The steps of {@code health.camel.yaml}: asking a provider whether it is well, and noting what it said. */
public final class HealthProbe {

    private static final String STARTED = "loomHealthStarted";

    private final Supplier<Gateway> gateway;
    private final TimeSource time;

    public HealthProbe(Supplier<Gateway> gateway, TimeSource time) {
        this.gateway = gateway;
        this.time = time;
    }

    /** {@code loomHealthAsk} */
    public Processor ask() {
        return exchange -> {
            exchange.setProperty(STARTED, time.nanoTime());
            ProviderTraffic traffic = traffic(exchange);
            if (traffic == null) {
                // It was removed a moment ago, and this route goes with it.
                exchange.setRouteStop(true);
                return;
            }
            ProviderConfig provider = traffic.config();
            UpstreamRequest request = request(
                    provider, Objects.requireNonNull(gateway.get().dialects().get(provider.name())));
            Message message = exchange.getMessage();
            message.removeHeaders("*");
            gateway.get().authorized(request, provider).headers().forEach(message::setHeader);
            message.setHeader(Exchange.HTTP_METHOD, HttpMethods.GET);
            message.setHeader(Exchange.HTTP_URI, request.url());
            message.setBody(null);
        };
    }

    /** {@code loomHealthNote} */
    public Processor note() {
        return exchange -> {
            ProviderTraffic traffic = traffic(exchange);
            if (traffic == null) {
                return;
            }
            int status = (Integer) exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE);
            Health health = traffic.health();
            if (status / 100 == 2) {
                health.checkSucceeded(elapsed(exchange));
            } else if (status == 429) {
                health.checkRateLimited(elapsed(exchange), "HTTP 429");
            } else {
                health.checkFailed(elapsed(exchange), "HTTP " + status);
            }
        };
    }

    /** {@code loomHealthBroken}: no answer, or none in time. */
    public Processor broken() {
        return exchange -> {
            Exception cause = (Exception) exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT);
            ProviderTraffic traffic = traffic(exchange);
            if (traffic != null) {
                traffic.health()
                        .checkFailed(
                                elapsed(exchange),
                                AttemptBroken.failure(cause).error().message());
            }
        };
    }

    /** The dialect's own question, at the place that the user named if there is one. */
    static UpstreamRequest request(ProviderConfig provider, Dialect dialect) {
        UpstreamRequest models = dialect.models(provider);
        HealthCheckConfig check = provider.healthCheck();
        if (check.endpoint() == null) {
            return models;
        }
        String url = URI.create(models.url()).resolve(check.endpoint()).toString();
        return new UpstreamRequest(models.method(), url, models.headers(), models.body());
    }

    private @Nullable ProviderTraffic traffic(Exchange exchange) {
        return gateway.get().traffic().get(name(exchange));
    }

    private static String name(Exchange exchange) {
        return (String) exchange.getProperty(Facts.PROVIDER);
    }

    private Duration elapsed(Exchange exchange) {
        return Duration.ofNanos(time.nanoTime() - (Long) exchange.getProperty(STARTED));
    }
}

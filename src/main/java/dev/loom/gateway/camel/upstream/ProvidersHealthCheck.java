package dev.loom.gateway.camel.upstream;

import dev.loom.gateway.accounts.AccountBooks;
import dev.loom.gateway.accounts.UsageStore;
import dev.loom.gateway.camel.request.Gateway;
import dev.loom.gateway.traffic.Fleet;
import dev.loom.gateway.traffic.Health;
import dev.loom.gateway.traffic.ProviderTraffic;
import java.util.Collection;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.jspecify.annotations.Nullable;

/** Camel's view of the providers: one check for all of them, down only when none is usable. */
public final class ProvidersHealthCheck extends AbstractHealthCheck {

    private final Supplier<Gateway> gateway;

    private final AccountBooks books;

    /** @param books whose store is a detail */
    public ProvidersHealthCheck(Supplier<Gateway> gateway, AccountBooks books) {
        super("loom", "loom-providers");
        this.gateway = gateway;
        this.books = books;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        Collection<ProviderTraffic> providers = gateway.get().traffic().values();
        providers.forEach(provider ->
                builder.detail(provider.name(), provider.health().status().label()));
        Fleet.Status fleet = gateway.get().fleet().status();
        if (fleet.shared()) {
            builder.detail("state", available(fleet.problem()));
        }
        UsageStore store = books.store();
        if (store != null) {
            builder.detail("usage_store", available(store.problem()));
        }
        boolean usable = providers.stream().anyMatch(ProvidersHealthCheck::isUsable);
        if (usable) {
            builder.up();
        } else {
            builder.message("No provider is usable").down();
        }
    }

    private static String available(@Nullable String problem) {
        return problem == null ? "available" : problem;
    }

    private static boolean isUsable(ProviderTraffic provider) {
        return !provider.drained() && provider.health().status() != Health.Status.UNHEALTHY;
    }
}

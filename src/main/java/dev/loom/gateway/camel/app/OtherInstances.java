package dev.loom.gateway.camel.app;

import dev.loom.gateway.camel.request.Gateway;
import dev.loom.gateway.client.Holders;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** What other instances know of who holds what, by the fleet's notes. */
record OtherInstances(Supplier<Gateway> gateway) implements Holders.Others {

    @Override
    public CompletionStage<String> tell(String id, String holder, Duration kept) {
        return gateway.get().fleet().notes().write(id, holder, kept);
    }

    @Override
    public Map<String, String> ask(Collection<String> ids) {
        return gateway.get().fleet().notes().read(ids);
    }
}

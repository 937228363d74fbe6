package dev.loom.gateway.camel.request;

import dev.loom.gateway.accounts.Asker;
import dev.loom.gateway.provider.ApiRequest;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * What a client's request says of whoever makes it.
 *
 * @param client the name of its key; null where it has shown none that is valid
 */
record ClientAsker(HttpServerRequest http, ApiRequest asked, @Nullable String client) implements Asker {

    @Override
    public @Nullable String header(String name) {
        return http.getHeader(name);
    }

    @Override
    public @Nullable String user() {
        return asked.user();
    }
}

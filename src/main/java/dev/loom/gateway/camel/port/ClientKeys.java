package dev.loom.gateway.camel.port;

import dev.loom.gateway.config.ServerConfig;
import dev.loom.gateway.traffic.Limits;
import dev.loom.gateway.traffic.TimeSource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The clients that {@code server.api_keys} lets in. Keys are looked up by their digest, so that the time of a look-up
 * tells nothing about them.
 */
public final class ClientKeys {

    /**
     * A client that showed its key.
     *
     * @param limits its own, shared by all of its requests
     */
    public record Client(ServerConfig.ApiKey key, Limits limits) {

        public boolean mayUse(String model) {
            return key.models().isEmpty() || key.models().stream().anyMatch(entry -> matches(entry, model));
        }

        private static boolean matches(String entry, String model) {
            return entry.endsWith("*") ? model.startsWith(entry.substring(0, entry.length() - 1)) : entry.equals(model);
        }
    }

    private static final String BEARER = "bearer ";

    private final ServerConfig server;
    private final Map<String, Client> clients = new HashMap<>();

    /** @param before whose clients keep what they have in use of their limits; null at the start */
    public ClientKeys(ServerConfig server, TimeSource time, @Nullable ClientKeys before) {
        this.server = server;
        for (ServerConfig.ApiKey key : server.apiKeys()) {
            Limits running = before == null ? null : before.limitsOf(key.name());
            if (running != null) {
                running.reconfigure(key.rateLimit());
            }
            Limits limits = running != null ? running : new Limits(key.rateLimit(), time);
            clients.put(digest(key.key().value()), new Client(key, limits));
        }
    }

    private @Nullable Limits limitsOf(String name) {
        return clients.values().stream()
                .filter(client -> client.key.name().equals(name))
                .map(Client::limits)
                .findFirst()
                .orElse(null);
    }

    /** What the configuration says of the port that they come in at. */
    public ServerConfig server() {
        return server;
    }

    /** False where nobody is asked for a key. */
    boolean required() {
        return !clients.isEmpty();
    }

    /** The client with the key in one of these headers' values. */
    public Optional<Client> find(@Nullable String authorization, @Nullable String apiKey) {
        if (clients.isEmpty()) {
            return Optional.empty();
        }
        String presented = apiKey != null ? apiKey : bearer(authorization);
        return presented == null ? Optional.empty() : Optional.ofNullable(clients.get(digest(presented)));
    }

    private static @Nullable String bearer(@Nullable String authorization) {
        if (authorization == null || !authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            return null;
        }
        return authorization.substring(BEARER.length()).trim();
    }

    static String digest(String secret) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}

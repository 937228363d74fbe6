package dev.loom.gateway.camel.port;

import dev.loom.gateway.config.KeyHash;
import dev.loom.gateway.config.Secret;
import dev.loom.gateway.config.ServerConfig;
import dev.loom.gateway.traffic.Limits;
import dev.loom.gateway.traffic.SharedLimits;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The clients that {@code server.api_keys} lets in. Keys are looked up by their digest, so that the time of a look-up
 * tells nothing about them.
 */
public final class ClientKeys {

    /** Never used itself, so that any thread may copy it. */
    private static final MessageDigest DIGEST = sha256();

    /**
     * A client that showed its key, or one of its keys.
     *
     * @param limits its own, shared by all of its requests
     */
    public record Client(ServerConfig.ApiKey key, Limits limits) {

        /** Also of several, with commas between them, as LiteLLM takes them: each must be one of the key's. */
        public boolean mayUse(String model) {
            return key.models().isEmpty()
                    || Arrays.stream(model.split(",", -1)).map(String::strip).allMatch(this::hasEntryFor);
        }

        private boolean hasEntryFor(String model) {
            return key.models().stream().anyMatch(entry -> matches(entry, model));
        }

        private static boolean matches(String entry, String model) {
            return entry.endsWith("*") ? model.startsWith(entry.substring(0, entry.length() - 1)) : entry.equals(model);
        }
    }

    private final ServerConfig server;
    private final List<Client> all = new ArrayList<>();

    /** By the digest of the key; those that are known by a salted hash, from the first time on that they were shown. */
    private final Map<String, Client> clients = new ConcurrentHashMap<>();

    /** By salt, then by hash. */
    private final Map<String, Map<String, Client>> salted = new HashMap<>();

    /**
     * @param limited counts what each may use
     * @param before whose clients keep what they have in use of their limits; null at the start
     */
    public ClientKeys(ServerConfig server, SharedLimits limited, @Nullable ClientKeys before) {
        this.server = server;
        for (ServerConfig.ApiKey key : server.apiKeys()) {
            Limits running = before == null ? null : before.limitsOf(key.name());
            if (running != null) {
                running.reconfigure(key.rateLimit());
            }
            Limits limits = running != null ? running : limited.of(owner(key.name()), key.rateLimit());
            add(new Client(key, limits));
        }
    }

    /** Of a key's limits, in {@link SharedLimits}. */
    public static String owner(String key) {
        return "key:" + key;
    }

    /** Of all keys' limits. */
    public Set<String> owners() {
        return all.stream().map(client -> owner(client.key.name())).collect(Collectors.toSet());
    }

    private void add(Client client) {
        all.add(client);
        for (KeyHash hash : client.key().allHashes()) {
            salted.computeIfAbsent(hash.salt(), salt -> new HashMap<>()).put(hash.hash(), client);
        }
        for (Secret key : client.key().allKeys()) {
            clients.put(digest(key.value().getBytes(StandardCharsets.UTF_8)), client);
        }
    }

    private @Nullable Limits limitsOf(String name) {
        return all.stream()
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
        return !all.isEmpty();
    }

    /** The client whose key the request shows; another key beside it is of no interest. */
    public Optional<Client> find(HttpServerRequest request) {
        if (all.isEmpty()) {
            return Optional.empty();
        }
        for (String key : Credentials.of(request)) {
            Client client = find(bytes(key));
            if (client != null) {
                return Optional.of(client);
            }
        }
        return Optional.empty();
    }

    private @Nullable Client find(byte[] key) {
        String digest = digest(key);
        Client known = clients.get(digest);
        if (known != null) {
            return known;
        }
        for (Map.Entry<String, Map<String, Client>> hashes : salted.entrySet()) {
            Client client = hashes.getValue().get(KeyHash.of(hashes.getKey(), key));
            if (client != null) {
                clients.put(digest, client);
                return client;
            }
        }
        return null;
    }

    /** As they came over the wire, where a header's characters are its bytes. */
    static byte[] bytes(String header) {
        return header.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Asked twice for each request; to be copied costs a digest less than to be searched for among Java's providers. */
    public static String digest(byte[] secret) {
        try {
            return HexFormat.of().formatHex(((MessageDigest) DIGEST.clone()).digest(secret));
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("Java's own SHA-256 can be copied", e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}

package dev.loom.gateway.config;

import dev.loom.gateway.config.yaml.Place;
import dev.loom.gateway.config.yaml.Problems;
import dev.loom.gateway.config.yaml.ScalarType;
import dev.loom.gateway.config.yaml.Section;
import dev.loom.gateway.config.yaml.Yaml.Mapping;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code server}: the port that clients call, and what holds for all providers.
 *
 * @param maxBody bytes
 * @param maxRequests at once
 * @param maxLag the longest time that requests may wait for a processor; zero: no bound
 * @param memory bytes of bodies and answers that are held at once
 * @param headerTimeout from the connection, or a request's first byte, to the end of its headers
 * @param bodyTimeout the longest silence in the middle of a body
 * @param keepAliveTimeout the longest time that a connection is kept on which nothing moves
 * @param streamStartAfter of a stream without content, until its headers go out; zero: only with the content
 * @param streamKeepAlive the longest silence in a stream, which a comment ends; zero: no bound
 * @param workerThreads below Java 21: the size of the pool that serves requests
 * @param workerShare below Java 21: the share of that pool that requests to one of several providers may take, up to 1
 * @param apiKeys those of {@code api_keys_file} among them; empty: no key is asked for
 * @param responseStore bytes of responses that clients may go on from by an id; 0 keeps none
 * @param cors web pages of other origins that may call
 * @param passThrough first parts of the paths that pass to a provider as they come
 * @param unknownIds what happens to ids that nobody is known to have made
 * @param maxUpload bytes of a body that passes
 * @param explainHeader true allows {@code x-loom-explain}
 */
public record ServerConfig(
        long maxBody,
        int maxRequests,
        Duration maxLag,
        long memory,
        Duration headerTimeout,
        Duration bodyTimeout,
        Duration keepAliveTimeout,
        Duration streamStartAfter,
        Duration streamKeepAlive,
        int workerThreads,
        double workerShare,
        boolean allowAnonymous,
        List<ApiKey> apiKeys,
        @Nullable Path apiKeysFile,
        boolean explainHeader,
        long responseStore,
        CorsConfig cors,
        List<String> passThrough,
        UnknownIds unknownIds,
        long maxUpload,
        @Nullable String proxy,
        @Nullable TlsConfig tls) {

    /** What a client makes there concerns nobody else; the others keep things in an account that all clients share. */
    private static final List<String> OPEN = List.of("moderations", "audio", "images", "rerank");

    /** Of a file that says nothing of it. */
    public static final ServerConfig DEFAULTS = defaults();

    private static ServerConfig defaults() {
        Problems none = new Problems(List.of());
        return read(new Section(new Mapping(new Place("", 1, 1, "server"), Map.of()), none), none);
    }

    /**
     * A client, by its key or the key's hash, or by several of the same kind, all of which are valid.
     *
     * @param keys more than one while a new key takes the place of an old one; null where there is no such list
     * @param models empty: all; entries may end in {@code *}
     */
    public record ApiKey(
            @Nullable Secret key,
            @Nullable List<Secret> keys,
            @Nullable KeyHash hash,
            @Nullable List<KeyHash> hashes,
            String name,
            List<String> models,
            RateLimitConfig rateLimit) {

        private static final List<String> FORMS = List.of("key", "keys", "hash", "hashes");

        private static final ScalarType<Secret> KEY = scalar -> {
            Types.check(!scalar.isNull() && !scalar.text().isBlank(), "must be a key, not empty");
            return Types.KEY.parse(scalar);
        };

        static ApiKey read(Section s) {
            List<String> written = FORMS.stream().filter(s::has).toList();
            if (written.isEmpty()) {
                s.error("key", "is required, or keys, hash or hashes in its place");
            } else if (written.size() > 1) {
                s.error(written.get(0), "cannot be used together with " + written.get(1) + "; keep one of them");
            }
            return new ApiKey(
                    s.get("key", KEY),
                    several(s, "keys", KEY),
                    s.get("hash", KeyHash.TYPE),
                    several(s, "hashes", KeyHash.TYPE),
                    s.require("name", Types.TEXT, ""),
                    s.list("models", Types.TEXT),
                    s.section("rate_limit", RateLimitConfig::read));
        }

        private static <T> @Nullable List<T> several(Section s, String key, ScalarType<T> type) {
            List<T> values = s.list(key, type);
            if (s.has(key) && values.isEmpty()) {
                s.errorUnlessReported(key, "must have at least one entry");
            }
            return values.isEmpty() ? null : values;
        }

        /** {@code key} or {@code keys}. */
        public List<Secret> allKeys() {
            return key != null ? List.of(key) : Objects.requireNonNullElse(keys, List.of());
        }

        /** {@code hash} or {@code hashes}. */
        public List<KeyHash> allHashes() {
            return hash != null ? List.of(hash) : Objects.requireNonNullElse(hashes, List.of());
        }
    }

    static ServerConfig read(Section s, Problems problems) {
        return new ServerConfig(
                s.get("max_body", Types.SIZE, 20L << 20),
                s.get("max_requests", Types.integer(1), requestsThatFit()),
                s.get("max_lag", Types.DURATION, Duration.ofMillis(500)),
                s.get("memory", Types.SIZE, Runtime.getRuntime().maxMemory() / 4),
                s.get("header_timeout", Types.POSITIVE_DURATION, Duration.ofSeconds(20)),
                s.get("body_timeout", Types.POSITIVE_DURATION, Duration.ofSeconds(30)),
                s.get("keep_alive_timeout", Types.POSITIVE_DURATION, Duration.ofSeconds(75)),
                s.get("stream_start_after", Types.DURATION, Duration.ofSeconds(30)),
                s.get("stream_keep_alive", Types.DURATION, Duration.ofSeconds(15)),
                s.get("worker_threads", Types.integer(1), 1000),
                s.get("worker_share", Types.number(0.01, 1), 0.8),
                s.get("allow_anonymous", Types.FLAG, false),
                ApiKeys.read(s, problems),
                s.get("api_keys_file", Addresses.FILE),
                s.get("explain_header", Types.FLAG, false),
                s.get("response_store", Types.SIZE_OR_NONE, 64L << 20),
                Objects.requireNonNullElse(s.optional("cors", CorsConfig::read), CorsConfig.NONE),
                s.has("pass_through") ? s.list("pass_through", Types.choice(false, SurfaceNames.passed())) : OPEN,
                UnknownIds.read(s),
                s.get("max_upload", Types.SIZE, 512L << 20),
                s.get("proxy", Addresses.PROXY_URL),
                s.optional("tls", TlsConfig::read));
    }

    /** Whether the path of a route is open: of those that pass, only the ones that {@code passThrough} names are. */
    public boolean opens(String path) {
        String first = path.replaceFirst("^/v1/", "").split("/", 2)[0];
        return !SurfaceNames.PASSED.contains(first) || passThrough.contains(first);
    }

    /**
     * Whether a client may name only what is known to be its own.
     *
     * @param key null where none is asked for
     */
    public boolean refusesUnknownIds(@Nullable ApiKey key) {
        return switch (unknownIds) {
            case AUTO -> key != null && (apiKeys.size() > 1 || !key.models().isEmpty());
            case PASS -> false;
            case REFUSE -> true;
        };
    }

    /** One for each 128 KB of the heap: twice what a request with a short prompt and a stream was seen to hold. */
    private static int requestsThatFit() {
        return (int)
                Math.min(Integer.MAX_VALUE, Math.max(16, Runtime.getRuntime().maxMemory() >> 17));
    }
}

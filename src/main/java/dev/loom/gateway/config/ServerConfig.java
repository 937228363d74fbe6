package dev.loom.gateway.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code server}: the port that clients call, and what holds for all providers.
 *
 * @param maxBody bytes
 * @param maxRequests at once; null for no limit
 * @param workerThreads below Java 21: the size of the pool that serves requests
 * @param workerShare below Java 21: the share of that pool that requests to one of several providers may take, up to 1
 * @param apiKeys empty: no key is asked for
 * @param explainHeader true allows {@code x-loom-explain}
 */
public record ServerConfig(
        long maxBody,
        @Nullable Integer maxRequests,
        int workerThreads,
        double workerShare,
        boolean allowAnonymous,
        List<ApiKey> apiKeys,
        boolean explainHeader,
        @Nullable String proxy,
        @Nullable TlsConfig tls) {

    /** A client's key. {@code models} empty: all; entries may end in {@code *}. */
    public record ApiKey(Secret key, String name, List<String> models, RateLimitConfig rateLimit) {

        static ApiKey read(Section s) {
            return new ApiKey(
                    s.require("key", Types.SECRET, new Secret("")),
                    s.require("name", Types.TEXT, ""),
                    s.list("models", Types.TEXT),
                    s.section("rate_limit", RateLimitConfig::read));
        }
    }

    static ServerConfig read(Section s) {
        return new ServerConfig(
                s.get("max_body", Types.SIZE, 20L << 20),
                s.get("max_requests", Types.integer(1)),
                s.get("worker_threads", Types.integer(1), 1000),
                s.get("worker_share", Types.number(0.01, 1), 0.8),
                s.get("allow_anonymous", Types.FLAG, false),
                s.sections("api_keys", ApiKey::read),
                s.get("explain_header", Types.FLAG, false),
                s.get("proxy", Addresses.PROXY_URL),
                s.optional("tls", TlsConfig::read));
    }
}

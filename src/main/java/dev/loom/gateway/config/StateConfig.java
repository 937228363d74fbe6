package dev.loom.gateway.config;

import static dev.loom.gateway.config.Types.check;

import dev.loom.gateway.config.yaml.Place;
import dev.loom.gateway.config.yaml.Problems;
import dev.loom.gateway.config.yaml.ScalarType;
import dev.loom.gateway.config.yaml.Section;
import dev.loom.gateway.config.yaml.Yaml.Mapping;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code state}: what several instances count together, and where.
 *
 * @param url of Redis or Valkey, with a user's name perhaps and never a password; null with {@code memory} alone
 * @param keyPrefix of every key and channel, so that several gateways may use one server
 * @param timeout of one command; a server that is slower is treated as absent
 * @param onFailure {@code local} or {@code refuse}: what happens while the server is absent
 */
public record StateConfig(
        String type,
        @Nullable String url,
        @Nullable Secret password,
        String keyPrefix,
        Duration timeout,
        String onFailure,
        @Nullable TlsConfig tls) {

    /** Each instance counts for itself. */
    public static final StateConfig MEMORY = defaults();

    private static final String REDIS = "redis";

    /** Several addresses are a cluster, or the sentinels that know the master's. A database, and a master's name. */
    private static final Pattern URL =
            Pattern.compile("rediss?(-sentinel)?://([^\\s/@:,#]+@)?ADDRESS(,ADDRESS)*(/\\d{1,4})?(#[^\\s#]+)?"
                    .replace("ADDRESS", "([^\\s/@:,#\\[\\]]+|\\[[0-9A-Fa-f:.]+])(:\\d{1,5})?"));

    /** A password in it would be shown wherever the URL is. */
    private static final ScalarType<String> REDIS_URL = scalar -> {
        String url = scalar.text();
        check(!url.matches("[^/]*//[^/@]*:[^/@]*@.*"), "must not contain a password; put it under password");
        check(
                URL.matcher(url).matches(),
                "must have the form redis://host:port, rediss://host:port for TLS, redis-sentinel://host:port#master,"
                        + " or redis://host:port,host:port for a cluster");
        check(
                url.contains("-sentinel:") == url.contains("#"),
                "must end in # and the master's name if it begins with redis-sentinel, and only then");
        return url;
    };

    private static StateConfig defaults() {
        return read(new Section(new Mapping(new Place("", 1, 1, "state"), Map.of()), new Problems(List.of())));
    }

    static StateConfig read(Section s) {
        String type = s.get("type", Types.choice(false, "memory", REDIS), "memory");
        if (type.equals(REDIS) && !s.has("url")) {
            s.error("url", "is required with type redis, such as redis://localhost:6379");
        } else if (s.has("url") && !s.has("type")) {
            s.error("type", "is required beside url: type: redis");
        }
        String url = s.get("url", REDIS_URL);
        if (url != null && url.contains("@") && !s.has("password")) {
            // Lettuce takes a text before the @ for the password, and the URL is shown in full.
            s.error("url", "names a user, which needs a password: set state.password, and write no password here");
        }
        return new StateConfig(
                type,
                url,
                s.get("password", Types.SECRET),
                s.get(
                        "key_prefix",
                        Types.matching("[^\\s{}]{0,100}", "at most 100 characters without blanks and braces"),
                        "loom:"),
                s.get("timeout", Types.POSITIVE_DURATION, Duration.ofMillis(50)),
                s.get("on_failure", Types.choice(false, "local", "refuse"), "local"),
                s.optional("tls", TlsConfig::read));
    }

    /** Whether other instances are counted with. */
    public boolean isShared() {
        return type.equals(REDIS);
    }

    /** Whether requests are refused while the server is absent. */
    public boolean refuses() {
        return onFailure.equals("refuse");
    }
}

package dev.loom.gateway.config;

import dev.loom.gateway.config.yaml.ScalarType;
import dev.loom.gateway.config.yaml.Section;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one entry of {@code providers}. */
final class ProviderReader {

    /** Names become route ids and parts of URLs. */
    static final ScalarType<String> NAME = scalar -> {
        String likely = scalar.text().trim().replaceAll("[^A-Za-z0-9_-]+", "-");
        Types.check(
                likely.equals(scalar.text()),
                "must be made of letters, digits, - and _, not " + scalar.shown()
                        + (likely.isEmpty() ? "" : "; write \"" + likely + '"'));
        return likely;
    };

    /** Becomes part of a host name. */
    private static final ScalarType<String> LOCATION =
            Types.matching("[a-z0-9-]+", "a location such as us-central1 or global");

    private static final ScalarType<String> KNOWN_TYPE =
            Types.choice(true, "openai", "azure", "anthropic", "vertex", "gemini", "simulator");

    private static final ScalarType<String> TYPE = scalar -> {
        try {
            return KNOWN_TYPE.parse(scalar);
        } catch (ScalarType.Invalid invalid) {
            throw new ScalarType.Invalid(invalid.getMessage() + OtherTypes.hint(scalar.text()));
        }
    };

    /** Those of {@code loom/families.json}, as a test sees to. */
    private static final ScalarType<String> FAMILY = Types.choice(
            false,
            "auto",
            "none",
            "azure",
            "cerebras",
            "databricks",
            "deepseek",
            "groq",
            "mistral",
            "nvidia",
            "openai");

    /** The upper limit keeps sums of weights far from an overflow. */
    private static final ScalarType<Integer> SMALL = Types.integer(0, 1_000_000);

    /** A token, as RFC 9110 defines it. */
    private static final String HEADER_NAME = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

    private static final Set<String> TYPES_WITH_KEY = Set.of("openai", "azure", "anthropic", "gemini");

    private ProviderReader() {}

    /**
     * As long as the record has components: a line for each, in their order.
     *
     * @param defaultPriority where the user wrote none
     */
    static ProviderConfig read(Section s, int defaultPriority) {
        String type = s.require("type", TYPE, "");
        boolean enabled = s.get("enabled", Types.FLAG, true);
        if (enabled) {
            requireWhatTheTypeNeeds(s, type);
        }
        return new ProviderConfig(
                s.require("name", NAME, ""),
                type,
                enabled,
                s.get("api_key", Types.KEY),
                baseUrl(s, type),
                s.get("organization", Types.TEXT),
                s.get("project", Types.TEXT),
                s.get("api_version", Types.TEXT),
                s.map("deployments", Types.TEXT),
                s.get("project_id", Types.TEXT),
                s.get("location", LOCATION),
                s.get("credentials_file", enabled ? Addresses.JSON_FILE : Addresses.PATH),
                s.get("anthropic_version", Types.TEXT, "2023-06-01"),
                ModelEntries.of(s.list("models", Types.TEXT, ModelConfig::named, ModelConfig::read)),
                s.section("headers", ProviderReader::headers),
                MaxOutputTokens.read(s),
                UsageInStreams.read(s),
                s.get("family", FAMILY, "auto"),
                s.section("request", RequestConfig::read),
                s.section("rate_limit", RateLimitConfig::read),
                s.section("health_check", HealthCheckConfig::read),
                s.section("cost", CostConfig::read),
                s.get("priority", SMALL, defaultPriority),
                s.get("weight", SMALL, 1),
                s.section("timeouts", TimeoutsConfig::read),
                s.get("proxy", Addresses.PROXY_URL),
                s.optional("tls", TlsConfig::read),
                s.section("simulator", SimulatorConfig::read));
    }

    private static void requireWhatTheTypeNeeds(Section s, String type) {
        if (TYPES_WITH_KEY.contains(type) && !s.has("api_key")) {
            s.error("api_key", "is required for type " + type + "; any text will do for a local server");
        }
        if (type.equals("azure") && !s.has("base_url")) {
            s.error("base_url", "is required for type azure: https://<resource>.openai.azure.com");
        }
        if (type.equals("vertex") && !s.has("api_key")) {
            s.require("project_id", Types.TEXT, "");
            s.require("location", LOCATION, "");
        }
    }

    private static Map<String, Secret> headers(Section s) {
        Map<String, Secret> headers = s.scalars(Types.SECRET);
        for (String name : headers.keySet()) {
            if (!name.matches(HEADER_NAME)) {
                s.error(name, "is no valid name for a header");
            }
        }
        return headers;
    }

    private static @Nullable String baseUrl(Section s, String type) {
        String written = s.get("base_url", Addresses.BASE_URL);
        return switch (type) {
            case "openai" -> written == null ? "https://api.openai.com/v1" : withVersion(written);
            case "anthropic" -> written == null ? "https://api.anthropic.com" : written.replaceFirst("/v1$", "");
            case "gemini" -> written == null ? "https://generativelanguage.googleapis.com/v1beta" : written;
            case "vertex" -> written == null ? vertexHost(s.get("location", LOCATION, "global")) : written;
            default -> written;
        };
    }

    private static String withVersion(String baseUrl) {
        return Addresses.hasPath(baseUrl) ? baseUrl : baseUrl + "/v1";
    }

    private static String vertexHost(String location) {
        return switch (location) {
            case "global" -> "https://aiplatform.googleapis.com";
            case "us", "eu" -> "https://aiplatform." + location + ".rep.googleapis.com";
            default -> "https://" + location + "-aiplatform.googleapis.com";
        };
    }
}

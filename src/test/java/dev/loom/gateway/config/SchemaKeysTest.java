package dev.loom.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The published schema has the keys and defaults of the records and the loader. */
@NullUnmarked
class SchemaKeysTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNode SCHEMA = schema();

    @TempDir
    Path directory;

    @Test
    void it_has_exactly_the_keys_of_the_records() {
        List<String> differences = new ArrayList<>();
        compare(GatewayConfig.class, SCHEMA.at("/properties/ai_gateway"), "ai_gateway", differences);

        assertThat(differences).isEmpty();
    }

    @Test
    void the_loader_allows_exactly_its_keys() {
        Map<String, String> sections = Map.ofEntries(
                Map.entry("/properties/ai_gateway", "ai_gateway: {zzz: 1}"),
                Map.entry("/properties/ai_gateway/properties/providers/items", provider("zzz: 1")),
                Map.entry("/$defs/rate_limit", provider("rate_limit: {zzz: 1}")),
                Map.entry("/$defs/health_check", provider("health_check: {zzz: 1}")),
                Map.entry("/$defs/cost", provider("cost: {zzz: 1}")),
                Map.entry("/$defs/price", provider("cost: {m: {zzz: 1}}")),
                Map.entry("/$defs/tls", provider("tls: {zzz: 1}")),
                Map.entry(providerKey("timeouts"), provider("timeouts: {zzz: 1}")),
                Map.entry(providerKey("models/items"), provider("models: [{name: m, zzz: 1}]")),
                Map.entry(
                        providerKey("models/items/properties/timeouts"),
                        provider("models: [{name: m, timeouts: {zzz: 1}}]")),
                Map.entry("/$defs/request", provider("request: {zzz: 1}")),
                Map.entry(providerKey("simulator"), provider("simulator: {zzz: 1}")),
                Map.entry(key("routing"), "ai_gateway: {routing: {zzz: 1}}"),
                Map.entry(key("routing/properties/providers/items"), "ai_gateway: {routing: {providers: [{zzz: 1}]}}"),
                Map.entry(key("routing/properties/latency"), "ai_gateway: {routing: {latency: {zzz: 1}}}"),
                Map.entry(key("routing/properties/failover"), "ai_gateway: {routing: {failover: {zzz: 1}}}"),
                Map.entry(
                        key("routing/properties/failover/properties/circuit_breaker"),
                        "ai_gateway: {routing: {failover: {circuit_breaker: {zzz: 1}}}}"),
                Map.entry(key("routing/properties/fallback"), "ai_gateway: {routing: {fallback: {zzz: 1}}}"),
                Map.entry(key("server"), "ai_gateway: {server: {zzz: 1}}"),
                Map.entry(key("server/properties/api_keys/items"), "ai_gateway: {server: {api_keys: [{zzz: 1}]}}"),
                Map.entry(key("admin"), "ai_gateway: {admin: {zzz: 1}}"),
                Map.entry(key("admin/properties/basic"), "ai_gateway: {admin: {basic: {zzz: 1}}}"),
                Map.entry(key("logging"), "ai_gateway: {logging: {zzz: 1}}"),
                Map.entry(key("state"), "ai_gateway: {state: {zzz: 1}}"),
                Map.entry(key("limits"), "ai_gateway: {limits: {zzz: 1}}"),
                Map.entry(key("token_accounting"), accounting("zzz: 1")),
                Map.entry(accountingKey("jwt"), accounting("jwt: {zzz: 1}")),
                Map.entry(accountingKey("file"), accounting("file: {zzz: 1}")),
                Map.entry(accountingKey("redis"), accounting("redis: {zzz: 1}")),
                Map.entry(accountingKey("postgres"), accounting("postgres: {zzz: 1}")),
                Map.entry(accountingKey("limits/items"), accounting("limits: [{zzz: 1}]")),
                Map.entry(accountingKey("cost_limits/items"), accounting("cost_limits: [{zzz: 1}]")),
                Map.entry(accountingKey("tiers/items"), accounting("tiers: [{zzz: 1}]")),
                Map.entry(accountingKey("tiers/items/properties/match"), accounting("tiers: [{match: {zzz: 1}}]")),
                Map.entry(accountingKey("response_headers"), accounting("response_headers: {zzz: 1}")),
                Map.entry(accountingKey("webhooks/items"), accounting("webhooks: [{zzz: 1}]")));

        sections.forEach(
                (pointer, yaml) -> assertThat(allowedKeys(yaml)).as(pointer).isEqualTo(keys(SCHEMA.at(pointer))));
    }

    @Test
    void every_key_is_described() {
        List<String> undescribed = new ArrayList<>();
        findUndescribed(SCHEMA, "", undescribed);

        assertThat(undescribed).isEmpty();
    }

    @Test
    void every_key_is_in_the_documentation() throws IOException {
        String pages =
                Files.readString(Path.of("docs/configuration.md")) + Files.readString(Path.of("docs/accounts.md"));
        Set<String> missing = new TreeSet<>();
        addKeys(SCHEMA, missing);
        assertThat(missing).hasSizeGreaterThan(150);
        missing.removeIf(
                key -> Pattern.compile("\\b" + key + "\\b").matcher(pages).find());

        assertThat(missing).isEmpty();
    }

    private static void addKeys(JsonNode node, Set<String> keys) {
        node.path("properties").fieldNames().forEachRemaining(keys::add);
        node.forEach(child -> addKeys(child, keys));
    }

    @Test
    void its_defaults_are_those_of_the_loader() {
        Map<String, Object> effective = ConfigFiles.in(directory)
                .load(
                        "ai_gateway: {providers: [{name: p, type: simulator, tls: {}}], server: {tls: {}}, state: {tls: {}},"
                                + " token_accounting: {jwt: {jwks_url: 'https://i/keys'}, webhooks: [{url: 'https://h'}]},"
                                + " routing: {fallback: {provider: p}}}")
                .effective();
        JsonNode tree = JSON.valueToTree(effective);
        List<String> differences = new ArrayList<>();
        compareDefaults(SCHEMA.at("/properties/ai_gateway"), tree, "", differences);

        assertThat(differences).isEmpty();
    }

    private Set<String> allowedKeys(String yaml) {
        String list = ConfigFiles.in(directory).errors(yaml).stream()
                .filter(problem -> problem.contains("zzz  unknown key"))
                .findFirst()
                .orElseThrow()
                .replaceFirst(".*allowed here: ", "");
        return new TreeSet<>(List.of(list.split(", ", -1)));
    }

    private static String provider(String line) {
        return "ai_gateway: {providers: [{name: p, type: simulator, " + line + "}]}";
    }

    private static String key(String path) {
        return "/properties/ai_gateway/properties/" + path;
    }

    private static String providerKey(String key) {
        return key("providers/items/properties/" + key);
    }

    private static String accounting(String line) {
        return "ai_gateway: {token_accounting: {" + line + "}}";
    }

    private static String accountingKey(String key) {
        return key("token_accounting/properties/" + key);
    }

    private static void compare(Class<?> type, JsonNode schema, String path, List<String> differences) {
        Set<String> keys = new TreeSet<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String key = EffectiveConfig.key(component.getName());
            keys.add(key);
            Class<?> section = sectionOf(component.getGenericType());
            if (section != null) {
                compare(section, resolved(schema.at("/properties/" + key)), path + "." + key, differences);
            }
        }
        if (type == RoutingConfig.class) {
            keys.remove("default_provider"); // stands under model_routes
        }
        if (!keys.equals(keys(schema))) {
            differences.add(path + ": records " + keys + ", schema " + keys(schema));
        }
    }

    /** The record behind a component; cost and max_output_tokens have a shape of their own. */
    private static Class<?> sectionOf(Type type) {
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            return sectionOf(list.getActualTypeArguments()[0]);
        }
        if (type == ModelEntries.class) {
            return ModelConfig.class;
        }
        boolean section = type instanceof Class<?> named
                && named.isRecord()
                && !Set.of(Secret.class, KeyHash.class, CostConfig.class, MaxOutputTokens.class)
                        .contains(named);
        return section ? (Class<?>) type : null;
    }

    private static JsonNode resolved(JsonNode schema) {
        JsonNode target =
                schema.has("$ref") ? SCHEMA.at(schema.get("$ref").asText().substring(1)) : schema;
        return target.has("items") ? resolved(target.get("items")) : target;
    }

    private static Set<String> keys(JsonNode schema) {
        Set<String> keys = new TreeSet<>();
        schema.path("properties").fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    private static void findUndescribed(JsonNode node, String path, List<String> undescribed) {
        node.path("properties").properties().forEach(property -> {
            if (!property.getValue().path("description").isTextual()) {
                undescribed.add(path + "/" + property.getKey());
            }
        });
        node.properties().stream()
                .filter(child -> !child.getKey().equals("if"))
                .forEach(child -> findUndescribed(child.getValue(), path + "/" + child.getKey(), undescribed));
    }

    private static void compareDefaults(JsonNode schema, JsonNode effective, String path, List<String> differences) {
        resolved(schema).path("properties").properties().forEach(property -> {
            String key = property.getKey();
            JsonNode value = effective.isArray() ? effective.path(0).path(key) : effective.path(key);
            JsonNode written = property.getValue().path("default");
            if (!written.isMissingNode() && !sameValue(written, value)) {
                differences.add(path + "." + key + ": schema " + written + ", loader " + value);
            }
            if (property.getValue().path("description").isTextual() && !value.isMissingNode()) {
                compareDefaults(property.getValue(), value, path + "." + key, differences);
            }
        });
    }

    /** 120s is 2m, 24h is 1440m, and 20MB a number of bytes. */
    private static boolean sameValue(JsonNode written, JsonNode value) {
        if (written.isNumber() && value.isNumber()) {
            return written.doubleValue() == value.doubleValue();
        }
        if (written.isArray()) {
            Set<String> left = new TreeSet<>();
            Set<String> right = new TreeSet<>();
            written.forEach(item -> left.add(item.asText()));
            value.forEach(item -> right.add(item.asText()));
            return left.equals(right);
        }
        String text = written.asText();
        return written.equals(value)
                || (text.endsWith("MB") && text.equals((value.asLong() >> 20) + "MB"))
                || (text.matches("\\d+h") && value.asText().equals(Integer.parseInt(text.replace("h", "")) * 60 + "m"))
                || (text.matches("\\d+s") && value.asText().equals(Integer.parseInt(text.replace("s", "")) / 60 + "m"));
    }

    static JsonNode schema() {
        try (InputStream in = SchemaKeysTest.class.getResourceAsStream("/schema/ai-gateway.schema.json")) {
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}

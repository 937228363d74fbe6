package dev.loom.gateway.camel.live;

import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.config.LoadedConfig;
import dev.loom.gateway.config.ProviderConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What differs between two configurations, by the keys of the file; values are not told. */
final class ConfigChanges {

    /** What is read once, when the ports are opened. */
    private static final Set<String> AT_START = Set.of("server.worker_threads", "admin.host", "state");

    private static final Set<String> NAMED = Set.of("providers", "server.api_keys");

    private final List<String> changes = new ArrayList<>();

    private ConfigChanges() {}

    static List<String> between(LoadedConfig before, LoadedConfig after) {
        ConfigChanges found = new ConfigChanges();
        found.compare("", before.effective(), after.effective());
        found.secrets(before.config(), after.config());
        return found.changes;
    }

    private void compare(String path, @Nullable Object before, @Nullable Object after) {
        if (Objects.equals(before, after)) {
            return;
        }
        if (before == null || after == null) {
            add(path + (before == null ? " added" : " removed"), path);
        } else if (before instanceof Map<?, ?> a && after instanceof Map<?, ?> b) {
            keys(a, b).forEach(key -> compare(path.isEmpty() ? key : path + "." + key, a.get(key), b.get(key)));
        } else if (NAMED.contains(path) && before instanceof List<?> a && after instanceof List<?> b) {
            compareNamed(path, named(a), named(b));
        } else {
            add(path + " changed", path);
        }
    }

    private void compareNamed(String path, Map<String, Object> before, Map<String, Object> after) {
        int known = changes.size();
        keys(before, after).forEach(name -> compare(path + "." + name, before.get(name), after.get(name)));
        if (changes.size() == known) {
            add(path + " in another order", path);
        }
    }

    private static Set<String> keys(Map<?, ?> before, Map<?, ?> after) {
        Set<String> keys = new LinkedHashSet<>();
        before.keySet().forEach(key -> keys.add(String.valueOf(key)));
        after.keySet().forEach(key -> keys.add(String.valueOf(key)));
        return keys;
    }

    private static Map<String, Object> named(List<?> entries) {
        Map<String, Object> named = new LinkedHashMap<>();
        for (Object entry : entries) {
            Map<?, ?> map = (Map<?, ?>) entry;
            named.put(String.valueOf(map.get("name")), map);
        }
        return named;
    }

    private void add(String change, String path) {
        changes.add(isReadOnce(path) ? change + ", which takes effect at the next start" : change);
    }

    private static boolean isReadOnce(String path) {
        return AT_START.stream().anyMatch(key -> path.equals(key) || path.startsWith(key + "."));
    }

    /** All of them look alike in the open: what differs and shows no change has another one. */
    private void secrets(GatewayConfig before, GatewayConfig after) {
        for (ProviderConfig provider : after.providers()) {
            before.providers().stream()
                    .filter(known -> known.name().equals(provider.name()) && !known.equals(provider))
                    .forEach(known -> secret("providers." + provider.name()));
        }
        if (!before.server().equals(after.server())) {
            secret("server");
        }
        if (!before.admin().equals(after.admin())) {
            secret("admin");
        }
        if (!before.state().equals(after.state())) {
            secret("state");
        }
    }

    private void secret(String path) {
        if (changes.stream().noneMatch(change -> change.startsWith(path))) {
            changes.add(path + " has another secret");
        }
    }
}

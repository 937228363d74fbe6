package dev.loom.gateway.migration;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Providers of ours for deployments of LiteLLM's, and who serves which of its model groups. */
final class Providers {

    /** One of them. */
    private static final class Provider {

        private final String name;
        private final Deployment first;
        private final Set<String> models = new LinkedHashSet<>();
        private final Map<String, String> deployments = new LinkedHashMap<>();

        Provider(String name, Deployment first) {
            this.name = name;
            this.first = first;
        }

        /** Not where it has limits of its own, or serves the group with another model already. */
        boolean canTake(Deployment other, Map<String, String> served) {
            return first.reach().equals(other.reach())
                    && first.own().isEmpty()
                    && other.own().isEmpty()
                    && !served.containsKey(name);
        }

        Map<String, Object> toYaml() {
            Map<String, Object> yaml = new LinkedHashMap<>();
            yaml.put("name", name);
            yaml.putAll(first.provider());
            if (!deployments.isEmpty()) {
                yaml.put("deployments", deployments);
            }
            if (!models.isEmpty()) {
                yaml.put("models", List.copyOf(models));
            }
            return yaml;
        }
    }

    private final List<Provider> providers = new ArrayList<>();

    /** Group, then provider, then the model that the provider is asked for. */
    private final Map<String, Map<String, String>> groups = new LinkedHashMap<>();

    private final Set<String> taken = new LinkedHashSet<>();
    private final Notes notes;

    Providers(List<Deployment> deployments, Notes notes) {
        this.notes = notes;
        Set<String> names = new LinkedHashSet<>();
        deployments.forEach(deployment -> names.add(deployment.group()));
        deployments.forEach(deployment -> add(deployment, names));
    }

    private void add(Deployment deployment, Set<String> allGroups) {
        Map<String, String> served = groups.computeIfAbsent(deployment.group(), group -> new LinkedHashMap<>());
        Provider provider = providers.stream()
                .filter(known -> known.canTake(deployment, served))
                .findFirst()
                .orElseGet(() -> added(deployment));
        if (deployment.isWildcard()) {
            served.put(provider.name, "*");
            provider.models.addAll(wildcard(deployment));
        } else if (deployment.vendor().isAzure()) {
            served.put(provider.name, deployment.group());
            provider.deployments.put(deployment.group(), deployment.model());
        } else {
            served.put(provider.name, deployment.model());
            provider.models.add(listed(deployment, allGroups));
        }
    }

    private Provider added(Deployment deployment) {
        String name = deployment.vendor().name();
        for (int i = 2; !taken.add(name); i++) {
            name = deployment.vendor().name() + "-" + i;
        }
        Provider provider = new Provider(name, deployment);
        providers.add(provider);
        return provider;
    }

    /** The provider's own name, unless that is another group's: it would then serve that group as well. */
    private static String listed(Deployment deployment, Set<String> allGroups) {
        return allGroups.contains(deployment.model()) ? deployment.group() : deployment.model();
    }

    private List<String> wildcard(Deployment deployment) {
        if (!deployment.model().equals("*")) {
            notes.lost(
                    deployment.at().get("litellm_params").get("model"),
                    "the provider is asked for the model that the client names");
        }
        String group = deployment.group();
        if (group.equals("*")) {
            return List.of("*");
        }
        notes.changed(
                deployment.at().get("model_name"),
                "clients ask for these models without the text before the slash: "
                        + String.join(", ", deployment.vendor().wildcards()));
        return deployment.vendor().wildcards();
    }

    List<Map<String, Object>> toYaml() {
        return providers.stream().map(Provider::toYaml).toList();
    }

    /** Provider to model, in the order of the file; empty for a group that is not there. */
    Map<String, String> of(String group) {
        return groups.getOrDefault(group, Map.of());
    }

    Set<String> groups() {
        return groups.keySet();
    }

    boolean has(String key) {
        return providers.stream().anyMatch(provider -> provider.first.own().containsKey(key));
    }

    /** Whether any group has several providers to choose among. */
    boolean share() {
        return groups.values().stream().anyMatch(served -> served.size() > 1);
    }

    /** {@code model_mapping}: the groups whose name is not the provider's own. */
    Map<String, Map<String, String>> mapping() {
        Map<String, Map<String, String>> mapping = new LinkedHashMap<>();
        groups.forEach((group, served) -> {
            boolean same = served.values().stream().allMatch(model -> Objects.equals(model, group));
            if (!same && !group.endsWith("*")) {
                mapping.put(group, new LinkedHashMap<>(served));
            }
        });
        return mapping;
    }
}

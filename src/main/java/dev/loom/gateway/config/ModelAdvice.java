package dev.loom.gateway.config;

import dev.loom.gateway.config.yaml.Place;
import dev.loom.gateway.config.yaml.Problems;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Warns of names of models that are probably not meant as they are written. */
final class ModelAdvice {

    /** Types whose APIs must be told, or are told, how long an answer may be. */
    private static final Set<String> BOUNDED = Set.of("anthropic", "vertex", "gemini");

    private final GatewayConfig config;
    private final Written written;
    private final Problems problems;

    ModelAdvice(GatewayConfig config, Written written, Problems problems) {
        this.config = config;
        this.written = written;
        this.problems = problems;
    }

    void give() {
        config.providers().forEach(this::adviseOn);
        config.server().apiKeys().forEach(key -> adviseOnStars(written.place(key), key.models()));
        adviseOnModelMapping();
    }

    private static List<String> listed(ProviderConfig provider) {
        return Stream.of(
                        provider.modelNames(),
                        provider.deployments().keySet(),
                        provider.deployments().values())
                .flatMap(names -> names.stream())
                .toList();
    }

    private void adviseOn(ProviderConfig provider) {
        Place at = written.place(provider);
        adviseOnStars(at, provider.modelNames());
        Set<String> seen = new HashSet<>();
        provider.modelNames().stream()
                .filter(name -> !seen.add(name))
                .distinct()
                .forEach(name -> problems.warning(
                        at, "the model \"" + name + "\" is listed twice; what a map says of it counts"));
        adviseOnMap(provider, "cost", provider.cost().byModel().keySet());
        adviseOnMap(
                provider,
                "max_output_tokens",
                provider.maxOutputTokens().byModel().keySet());
        if (!provider.maxOutputTokens().equals(MaxOutputTokens.NONE) && !BOUNDED.contains(provider.type())) {
            problems.warning(
                    at,
                    "max_output_tokens has no effect for type " + provider.type()
                            + "; write request: {default: {max_completion_tokens: ...}}");
        }
    }

    private void adviseOnMap(ProviderConfig provider, String key, Set<String> models) {
        List<String> sent = new ArrayList<>(listed(provider));
        config.modelMapping().values().forEach(targets -> sent.add(targets.getOrDefault(provider.name(), "")));
        adviseOnStars(written.place(provider), List.copyOf(models));
        models.stream()
                .filter(model -> !listed(provider).isEmpty()
                        && !ModelNames.anyMatches(sent, model)
                        && sent.stream().noneMatch(name -> ModelNames.matches(model, name)))
                .forEach(model -> problems.warning(
                        written.place(provider),
                        key + " names the model \"" + model + "\", which the provider " + provider.name()
                                + " does not list"));
    }

    private void adviseOnModelMapping() {
        for (ProviderConfig provider : config.providers()) {
            List<String> listed = listed(provider);
            config.modelMapping().forEach((model, targets) -> {
                String target = targets.get(provider.name());
                boolean known = listed.isEmpty()
                        || ModelNames.anyMatches(listed, String.valueOf(target))
                        || ModelNames.anyMatches(listed, model);
                if (target != null && !known) {
                    problems.warning(
                            written.place("model_mapping", model, provider.name()),
                            "the provider " + provider.name() + " does not list the model \"" + target + '"');
                }
            });
        }
    }

    private void adviseOnStars(Place at, List<String> models) {
        models.stream()
                .filter(model -> model.indexOf('*') >= 0 && model.indexOf('*') < model.length() - 1)
                .forEach(model -> problems.warning(
                        at,
                        "the * in the model \"" + model
                                + "\" is plain text; it stands for any text only at the end of a" + " name"));
    }
}

package dev.loom.gateway.config;

import dev.loom.gateway.config.yaml.Section;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a provider's {@code models}: a name, or a map with what is special about the model.
 *
 * @param name may end in {@code *}
 * @param timeouts over those of the provider, key by key
 * @param context tokens that prompt and answer may have together; null where the user wrote none
 * @param maxOutput tokens that an answer may have; null where the user wrote none
 * @param features what the model can do, in the words of the file
 * @param surfaces the provider's APIs that serve the model, in the words of the file
 * @param request after that of the provider
 */
public record ModelConfig(
        String name,
        Timeouts timeouts,
        @Nullable Integer context,
        @Nullable Integer maxOutput,
        List<String> features,
        List<String> surfaces,
        RequestConfig request) {

    /** Those of {@link TimeoutsConfig} that can differ by model; null where the provider's holds. */
    public record Timeouts(
            @Nullable Duration response,
            @Nullable Duration firstToken,
            @Nullable Duration idle,
            @Nullable Duration total) {

        static final Timeouts NONE = new Timeouts(null, null, null, null);

        static Timeouts read(Section s) {
            return new Timeouts(
                    s.get("response", Types.POSITIVE_DURATION),
                    s.get("first_token", Types.POSITIVE_DURATION),
                    s.get("idle", Types.POSITIVE_DURATION),
                    s.get("total", Types.POSITIVE_DURATION));
        }
    }

    private static final String[] FEATURES = {"vision", "tools", "json_schema", "audio", "documents"};

    /** A model about which there is nothing to say. */
    public static ModelConfig named(String name) {
        return new ModelConfig(name, Timeouts.NONE, null, null, List.of(), List.of(), RequestConfig.NONE);
    }

    static ModelConfig read(Section s) {
        return new ModelConfig(
                s.require("name", Types.TEXT, ""),
                s.section("timeouts", Timeouts::read),
                s.get("context", Types.integer(1)),
                s.get("max_output", Types.integer(1)),
                s.list("features", Types.choice(false, FEATURES)),
                s.list("surfaces", Types.choice(false, SurfaceNames.all())),
                s.section("request", RequestConfig::read));
    }

    /** True where the name says it all. */
    boolean isPlain() {
        return context == null
                && maxOutput == null
                && features.isEmpty()
                && surfaces.isEmpty()
                && timeouts.equals(Timeouts.NONE)
                && request.equals(RequestConfig.NONE);
    }
}

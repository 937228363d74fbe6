package dev.loom.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits that would not hold are told. */
@NullUnmarked
class AccountAdviceTest {

    private static final String PRICED = "cost: {input_per_1k: 1, output_per_1k: 2}";

    @TempDir
    Path directory;

    private List<String> warnings(String provider, String accounting) {
        return ConfigFiles.in(directory)
                .warnings("ai_gateway:\n  providers: [{name: p, type: simulator" + provider + "}]\n"
                        + "  token_accounting: {" + accounting + "}\n");
    }

    @Test
    void a_budget_that_no_provider_has_a_price_for() {
        assertThat(warnings("", "enabled: true, cost_limits: [{align: day, max_cost: 5}]"))
                .singleElement()
                .asString()
                .contains("token_accounting.cost_limits  the provider p has no cost, so its requests cost 0 and no such"
                        + " limit ever holds for them; add cost to it");
        assertThat(warnings(", " + PRICED, "enabled: true, cost_limits: [{align: day, max_cost: 5}]"))
                .isEmpty();
    }

    @Test
    void a_budget_with_a_price_for_another_model() {
        String price = ", models: [a, b], cost: {a: {input_per_1k: 1, output_per_1k: 2}}";
        assertThat(warnings(price, "enabled: true, cost_limits: [{align: day, max_cost: 5}]"))
                .singleElement()
                .asString()
                .contains("the provider p has no cost for the model \"b\", so");
    }

    @Test
    void a_limit_of_months_in_memory() {
        assertThat(warnings(", " + PRICED, "enabled: true, cost_limits: [{align: month, max_cost: 5}]"))
                .singleElement()
                .asString()
                .contains("token_accounting.storage  is memory, which forgets at each restart");
        assertThat(warnings(
                        ", " + PRICED,
                        "enabled: true, storage: file, retention: 31d, cost_limits: [{align: month, max_cost: 5}]"))
                .isEmpty();
    }

    @Test
    void limits_that_nobody_has_turned_on() {
        String limit = "limits: [{window: 1m, max_tokens: 5}]";
        assertThat(warnings("", limit))
                .singleElement()
                .asString()
                .contains("token_accounting.enabled  is not set, so nothing is counted and no limit holds");
        assertThat(warnings("", "enabled: false, " + limit)).isEmpty();
        assertThat(warnings("", "enabled: true, " + limit)).isEmpty();
    }
}

package dev.loom.gateway.client.messages;

import dev.loom.gateway.client.HubRequest;
import dev.loom.gateway.client.Value;
import dev.loom.gateway.provider.InvalidRequest;

/** {@code thinking} and {@code output_config.effort} as the hub's {@code reasoning_effort}. */
final class Thinking {

    /** Tokens; between what the hub's efforts are worth where a provider has budgets: 2,048, 8,192 and 16,384. */
    private static final int MOST_LOW = 4_096;

    private static final int MOST_MEDIUM = 12_288;

    private Thinking() {}

    /** A client that leaves it to the model, or wants none, asks for no effort: not every model has one to be set. */
    static void read(Value request, HubRequest hub) throws InvalidRequest {
        Value thinking = request.at("thinking");
        Value effort = request.at("output_config").at("effort");
        if (effort.isSet()) {
            hub.body().put("reasoning_effort", effort.name());
            hub.comesFrom("reasoning_effort", effort);
        } else if (thinking.type().equals("enabled")) {
            hub.body()
                    .put("reasoning_effort", worth(thinking.at("budget_tokens").count()));
            hub.comesFrom("reasoning_effort", thinking);
        }
    }

    private static String worth(int budget) {
        return budget <= MOST_LOW ? "low" : budget <= MOST_MEDIUM ? "medium" : "high";
    }
}

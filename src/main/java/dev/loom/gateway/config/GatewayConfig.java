package dev.loom.gateway.config;

import dev.loom.gateway.config.accounts.RequestLimitsConfig;
import dev.loom.gateway.config.accounts.TokenAccountingConfig;
import java.util.List;
import java.util.Map;

/**
 * The whole of {@code ai-gateway.yaml} below its root key {@code ai_gateway}, validated and with every default filled in.
 *
 * @param enabled false: nothing is opened or registered
 * @param providers in the order of the file; names are unique
 * @param modelMapping client's model name, then provider name, to the model name sent to that provider
 * @param limits of every single request
 */
public record GatewayConfig(
        boolean enabled,
        List<ProviderConfig> providers,
        RoutingConfig routing,
        Map<String, Map<String, String>> modelMapping,
        ServerConfig server,
        AdminConfig admin,
        LoggingConfig logging,
        StateConfig state,
        TokenAccountingConfig tokenAccounting,
        RequestLimitsConfig limits) {}

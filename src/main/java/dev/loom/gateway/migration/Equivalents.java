package dev.loom.gateway.migration;

import java.util.Map;

/** What the gateway has for a key that is not carried over, or why it has nothing. */
final class Equivalents {

    private static final String FINISHED = "send finished requests from the route loom-on-finished, or read /metrics";
    private static final String NO_CACHE = "the gateway does not cache answers";
    private static final String SHARED = "if several gateways count limits together, configure state";
    private static final String ACCOUNTS =
            "limits for each client are token_accounting.limits and cost_limits, and tiers";
    private static final String CLIENT_BUDGET =
            "a budget here is an account's, within a window: token_accounting.cost_limits; a provider has none";
    private static final String HEALTH = "write health_check to the provider";
    private static final String NO_DATABASE =
            "the gateway has no database of keys; write them to server.api_keys or server.api_keys_file";

    private static final String UNSUPPORTED =
            "if a provider does not accept a parameter, another is asked, or the client gets a clear error; request.drop"
                    + " of a provider removes parameters";
    private static final String NO_REWRITE =
            "the gateway changes requests only as far as a provider's API needs it, and as request of a provider says";

    /** In alphabetical order. */
    private static final Map<String, String> BY_KEY = Map.ofEntries(
            Map.entry("add_function_to_prompt", NO_REWRITE),
            Map.entry("alerting", "use /metrics, and token_accounting.webhooks for budgets"),
            Map.entry("background_health_checks", HEALTH),
            Map.entry("base_url", "api_base is written, too"),
            Map.entry("budget_duration", CLIENT_BUDGET),
            Map.entry("cache", NO_CACHE),
            Map.entry("cache_params", NO_CACHE),
            Map.entry("callbacks", "write your own steps in routes/hooks.camel.yaml"),
            Map.entry("content_policy_fallbacks", "the client gets the filtered answer; no other provider is asked"),
            Map.entry("custom_auth", "server.api_keys, or a step in routes/hooks.camel.yaml"),
            Map.entry("database_url", NO_DATABASE),
            Map.entry("default_internal_user_params", ACCOUNTS),
            Map.entry("default_team_settings", ACCOUNTS),
            Map.entry("drop_params", UNSUPPORTED),
            Map.entry("enable_pre_call_checks", "a model's context and features decide which requests go to it"),
            Map.entry(
                    "enable_jwt_auth", "token_accounting.jwt reads accounts from tokens; clients need server.api_keys"),
            Map.entry("environment_variables", "set these variables where you start the gateway"),
            Map.entry("failure_callback", FINISHED),
            Map.entry("guardrails", "write your own check as a step in routes/hooks.camel.yaml"),
            Map.entry("health_check_interval", HEALTH),
            Map.entry("internal_user_budget_duration", ACCOUNTS),
            Map.entry("max_budget", CLIENT_BUDGET),
            Map.entry("max_end_user_budget", ACCOUNTS),
            Map.entry("max_internal_user_budget", ACCOUNTS),
            Map.entry("max_parallel_requests", "write concurrent_requests to rate_limit of a key in server.api_keys"),
            Map.entry("max_retries", "failover.max_retries is for all providers together"),
            Map.entry("mock_response", "a provider of type simulator gives answers that nobody has to pay for"),
            Map.entry("modify_params", NO_REWRITE),
            Map.entry("num_retries", "failover.max_retries is for all providers together"),
            Map.entry("pass_through_endpoints", "server.pass_through opens paths of OpenAI's API"),
            Map.entry("provider_budget_config", CLIENT_BUDGET),
            Map.entry("proxy_batch_write_at", NO_DATABASE),
            Map.entry("redis_host", SHARED),
            Map.entry("redis_password", SHARED),
            Map.entry("redis_port", SHARED),
            Map.entry("redis_url", SHARED),
            Map.entry("retry_policy", "the kind of failure decides what is retried; see failover.retry_codes"),
            Map.entry("rpm", "litellm_params has it, too"),
            Map.entry("set_verbose", "the log has a line for each request; logging.prompts adds the prompts"),
            Map.entry("ssl_verify", "write tls.ca_file, or tls.insecure, to server or to the provider"),
            Map.entry("stream_timeout", "write it to litellm_params of each model, or to timeouts.first_token"),
            Map.entry("store_model_in_db", "models stand in the file alone"),
            Map.entry("success_callback", FINISHED),
            Map.entry("tpm", "litellm_params has it, too"),
            Map.entry("turn_off_message_logging", "prompts are not logged unless logging.prompts is true"));

    private Equivalents() {}

    /** @param none what is said of a key that is not known */
    static String of(String key, String none) {
        return BY_KEY.getOrDefault(key, none);
    }
}

package dev.loom.gateway.config.yaml;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What people mean by a key that is none where they have written it, and for which the nearest place of that name, or the
 * most similar one, would be the wrong one. Some are names of other gateways.
 */
final class MeantKeys {

    private static final String ROOT = "ai_gateway";
    private static final String PROVIDER = ROOT + ".providers[]";

    /** Where the keys stand, the keys, and the key that is meant: all below {@code ai_gateway}, which is {@code -}. */
    private static final String TABLE =
            """
            providers[] timeout,request_timeout providers[].timeouts.response
            providers[] connect_timeout providers[].timeouts.connect
            providers[] read_timeout providers[].timeouts.idle
            providers[] stream_timeout providers[].timeouts.first_token
            providers[] max_tokens providers[].max_output_tokens
            providers[] url,api_base,endpoint,host,path,address providers[].base_url
            providers[] key,token,secret,password providers[].api_key
            providers[] format providers[].type
            providers[] region providers[].location
            providers[] limits providers[].rate_limit
            providers[] rpm providers[].rate_limit.requests_per_minute
            providers[] tpm providers[].rate_limit.tokens_per_minute
            providers[] max_requests,max_parallel_requests providers[].rate_limit.concurrent_requests
            providers[] threshold routing.failover.circuit_breaker.failure_threshold
            providers[] retries,num_retries routing.failover.max_retries
            providers[].models[] timeout providers[].models[].timeouts.response
            providers[].models[] max_tokens providers[].models[].max_output
            providers[].models[] context_window providers[].models[].context
            server timeout server.header_timeout
            server.api_keys[] max_budget,budget,budget_duration,max_cost token_accounting.tiers
            server.api_keys[] rpm server.api_keys[].rate_limit.requests_per_minute
            server.api_keys[] tpm server.api_keys[].rate_limit.tokens_per_minute
            server.api_keys[] token,secret,value,api_key server.api_keys[].key
            server.api_keys[] tokens,secrets,values,api_keys server.api_keys[].keys
            routing timeout routing.failover.deadline
            routing retries,num_retries routing.failover.max_retries
            routing enabled routing.failover.enabled
            routing models routing.model_routes
            routing.failover timeout routing.failover.deadline
            routing.failover retries,num_retries routing.failover.max_retries
            routing.failover threshold routing.failover.circuit_breaker.failure_threshold
            routing.failover.circuit_breaker threshold routing.failover.circuit_breaker.failure_threshold
            routing.failover.circuit_breaker interval routing.failover.circuit_breaker.timeout
            token_accounting.limits[] period,interval,duration,budget_duration,per,every token_accounting.limits[].window
            token_accounting.limits[] tokens,limit,max,tokens_per_minute token_accounting.limits[].max_tokens
            token_accounting.limits[] max_cost,max_usd,budget,max_budget token_accounting.cost_limits[].max_cost
            token_accounting.cost_limits[] period,interval,duration,budget_duration,per,every token_accounting.cost_limits[].window
            token_accounting.cost_limits[] cost,usd,limit,max,max_usd,budget,max_budget token_accounting.cost_limits[].max_cost
            - timeout providers[].timeouts.response
            - max_tokens limits.max_output_tokens
            - threshold routing.failover.circuit_breaker.failure_threshold
            - type providers[].type
            """;

    /** Whole paths, by section and key with a space in between. */
    static final Map<String, String> MEANT = read();

    private MeantKeys() {}

    private static Map<String, String> read() {
        Map<String, String> meant = new HashMap<>();
        for (String line : TABLE.lines().toList()) {
            String[] columns = line.split(" ", -1);
            String section = columns[0].equals("-") ? ROOT : ROOT + "." + columns[0];
            List.of(columns[1].split(",", -1)).forEach(key -> meant.put(section + " " + key, ROOT + "." + columns[2]));
        }
        return meant;
    }

    /**
     * The whole path of the key that is meant, or null.
     *
     * @param section where the key stands, such as {@code ai_gateway.providers[]}
     */
    static @Nullable String of(String section, String key) {
        String same = section.equals(ROOT + ".routing.providers[]") ? PROVIDER : section;
        return MEANT.get(same + " " + key);
    }
}

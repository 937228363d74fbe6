package dev.loom.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.config.accounts.CostLimitConfig;
import dev.loom.gateway.config.accounts.RequestLimitsConfig;
import dev.loom.gateway.config.accounts.TierConfig;
import dev.loom.gateway.config.accounts.TokenAccountingConfig;
import dev.loom.gateway.config.accounts.TokenLimitConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code token_accounting} and {@code limits}: what they say, and every mistake in them with its place. */
@NullUnmarked
class TokenAccountingConfigTest {

    private static final String BEGIN =
            """
            ai_gateway:
              providers: [{name: p, type: simulator}]
              server: {api_keys: [{key: k, name: team-a}]}
            """;

    @TempDir
    Path directory;

    private TokenAccountingConfig load(String yaml) {
        return ConfigFiles.in(directory)
                .load(BEGIN + "  token_accounting: " + yaml)
                .config()
                .tokenAccounting();
    }

    /** Long: every key once. */
    @Test
    void the_keys_of_the_specification_load() {
        GatewayConfig config = ConfigFiles.in(directory)
                .load(BEGIN
                        + """
                        token_accounting:
                          enabled: true
                          key: header:X-API-Key
                          source: response
                          tokenizer: cl100k_base
                          storage: redis
                          retention: 24h
                          redis: {address: redis:6379, password: x, db: 0, key_prefix: "loom:tokens:"}
                          postgres: {connection_string: "postgres://user:pass@localhost/loom", table: token_usage}
                          limits:
                            - {name: per_minute, window: 1m, max_tokens: 10000}
                            - {name: per_day, window: 24h, max_tokens: 1000000}
                          cost_limits:
                            - {window: 24h, max_cost: 100.00}
                          tiers:
                            - name: free
                              match: {header: X-Plan, value: free}
                              limits: {per_day: 10000}
                              cost_limits: {per_day: 1.00}
                          response_headers: {enabled: true}
                          webhooks:
                            - {url: "https://billing.example.com/webhook", events: [limit_warning], threshold: 0.5}
                        limits: {max_input_tokens: 8000, max_output_tokens: 4000, max_total_tokens: 12000}
                        """
                                .indent(2))
                .config();
        TokenAccountingConfig accounting = config.tokenAccounting();

        assertThat(accounting.limits())
                .containsExactly(
                        new TokenLimitConfig("per_minute", Duration.ofMinutes(1), null, 10_000),
                        new TokenLimitConfig("per_day", Duration.ofDays(1), null, 1_000_000));
        assertThat(accounting.costLimits())
                .containsExactly(new CostLimitConfig("per_day", Duration.ofDays(1), null, 100));
        assertThat(accounting.tiers())
                .containsExactly(new TierConfig(
                        "free",
                        new TierConfig.Match("X-Plan", "free", null),
                        Map.of("per_day", new TierConfig.Most(10_000)),
                        Map.of("per_day", new TierConfig.Most(1))));
        assertThat(accounting.redis().password()).isEqualTo(new Secret("x"));
        assertThat(config.limits()).isEqualTo(new RequestLimitsConfig(8000, 4000, 12_000));
    }

    @Test
    void no_secret_is_shown() {
        String shown = ConfigFiles.in(directory)
                .load(BEGIN + "  token_accounting: {redis: {password: hush}, jwt: {secret:"
                        + " hush-hush-hush-hush-hush-hush-hush}, webhooks: [{url: 'https://h/?t=hush', secret:"
                        + " hush}], postgres: {connection_string: 'postgres://u:hush@h/d'}, limits: [{window: 1m,"
                        + " max_tokens: 1}], tiers: [{name: t, match: {key: team-a}, limits: {per_minute:"
                        + " unlimited}}]}")
                .effective()
                .toString();

        assertThat(shown).contains("per_minute=unlimited").doesNotContain("hush");
    }

    @Test
    void calendar_windows_need_no_length_and_have_names() {
        assertThat(load("{limits: [{align: day, max_tokens: 1}, {align: month, max_tokens: 2}]}")
                        .limits())
                .extracting(TokenLimitConfig::name, TokenLimitConfig::align)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("per_day", "day"),
                        org.assertj.core.groups.Tuple.tuple("per_month", "month"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "client",
                "header:X-Org",
                "jwt:sub",
                "body:user",
                "{header:X-Org}:{jwt:sub}",
                "team-{client}",
                "{client}/{body:user}"
            })
    void keys_of_accounts(String key) {
        assertThat(load("{key: '" + key + "', jwt: {jwks_url: 'https://i'}}").key())
                .isEqualTo(key);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            key: cookie                                  | .key | must be client, header:NAME, jwt:CLAIM, body:user, or those in braces with text in between such as {header:X-Org}:{jwt:sub}, not "cookie"
            key: 'header:a b'                            | .key | must be client, header:NAME, jwt:CLAIM, body:user, or those in braces with text in between such as {header:X-Org}:{jwt:sub}, not "header:a b"
            key: '{client'                               | .key | must be client, header:NAME, jwt:CLAIM, body:user, or those in braces with text in between such as {header:X-Org}:{jwt:sub}, not "{client"
            key: '{client}{body:user}'                   | .key | must be client, header:NAME, jwt:CLAIM, body:user, or those in braces with text in between such as {header:X-Org}:{jwt:sub}, not "{client}{body:user}"
            key: 'jwt:sub'                               | .jwt | is required if token_accounting.key names jwt: it says how tokens are verified
            limits: [{window: soon, max_tokens: 1}]      | .limits[0].window | must be a duration such as 500ms, 30s, 5m, 1h or 7d, not "soon"
            limits: [{window: month, max_tokens: 1}]     | .limits[0].window | must be a duration such as 500ms, 30s, 5m, 1h or 7d, not "month"; write 30d, or align: month in the place of window
            limits: [{window: per_day, max_tokens: 1}]   | .limits[0].window | must be a duration such as 500ms, 30s, 5m, 1h or 7d, not "per_day"; write 1d, or align: day in the place of window
            limits: [{window: hourly, max_tokens: 1}]    | .limits[0].window | must be a duration such as 500ms, 30s, 5m, 1h or 7d, not "hourly"; write 1h
            cost_limits: [{window: Monthly, max_cost: 1}] | .cost_limits[0].window | must be a duration such as 500ms, 30s, 5m, 1h or 7d, not "Monthly"; write 30d, or align: month in the place of window
            limits: [{align: monthly, max_tokens: 1}]    | .limits[0].align | must be one of day, month, not "monthly"; did you mean month?
            limits: [{align: daily, max_tokens: 1}]      | .limits[0].align | must be one of day, month, not "daily"; did you mean day?
            limits: [{window: 10ms, max_tokens: 1}]      | .limits[0].window | must be at least 1s
            limits: [{max_tokens: 1}]                    | .limits[0].window | is required, or align: day or month in its place
            limits: [{window: 1m}]                       | .limits[0].max_tokens | is required
            limits: [{window: 1m, max_tokens: 0}]        | .limits[0].max_tokens | must be a whole number of at least 1, not "0"
            limits: [{align: month, window: 1h, max_tokens: 1}] | .limits[0].window | is not needed with align: month; remove it
            limits: [{align: year, max_tokens: 1}]       | .limits[0].align | must be one of day, month, not "year"
            limits: [{window: 1m, max_tokens: 1}, {window: 60s, max_tokens: 2}] | .limits[1].name | is the name "per_minute" of an earlier limit; give each limit a name of its own
            cost_limits: [{window: 1m, max_cost: 0}]     | .cost_limits[0].max_cost | must be a number from 0.000001 to 1000000000, not "0"
            time_zone: Europe/Berlim                     | .time_zone | must be a time zone such as UTC or Europe/Berlin, not "Europe/Berlim"; did you mean Europe/Berlin?
            storage: sqlite                              | .storage | must be one of memory, file, redis, postgres, not "sqlite"
            storage: redis                               | .redis | address is required for storage: redis
            storage: postgres                            | .postgres | connection_string is required for storage: postgres
            redis: {address: localhost}                  | .redis.address | must be host:port, such as redis:6379, not "localhost"
            postgres: {table: 'usage; drop'}             | .postgres.table | must be a table's name of letters, digits and _, perhaps with a schema before a dot, not "usage; drop"
            postgres: {connection_string: 'mysql://h/d'} | .postgres.connection_string | must have the form postgres://user:password@host:port/database; encode special characters of the password as in a URL
            postgres: {connection_string: 'postgres://u:p%zz@h/d'} | .postgres.connection_string | must have the form postgres://user:password@host:port/database; encode special characters of the password as in a URL
            postgres: {connection_string: 'postgres://u:p/w@h/d'} | .postgres.connection_string | must have the form postgres://user:password@host:port/database; encode special characters of the password as in a URL
            postgres: {connection_string: 'postgres://u:p@h:99999/d'} | .postgres.connection_string | must have the form postgres://user:password@host:port/database; encode special characters of the password as in a URL
            postgres: {connection_string: 'postgres://u:p@h:0/d'} | .postgres.connection_string | must have the form postgres://user:password@host:port/database; encode special characters of the password as in a URL
            postgres: {connection_string: 'postgres://u:p@/d'} | .postgres.connection_string | must have the form postgres://user:password@host:port/database; encode special characters of the password as in a URL
            postgres: {connection_string: 'postgres://u:p@h'} | .postgres.connection_string | must have the form postgres://user:password@host:port/database; encode special characters of the password as in a URL
            postgres: {connection_string: 'postgres://u:p@h:x/d'} | .postgres.connection_string | must have the form postgres://user:password@host:port/database; encode special characters of the password as in a URL
            redis: {address: 'redis:99999'} | .redis.address | must end in a port from 1 to 65535
            redis: {address: 'redis:0'} | .redis.address | must end in a port from 1 to 65535
            redis: {address: 'redis'} | .redis.address | must be host:port, such as redis:6379, not "redis"
            webhooks: [{url: 'https://h:99999/'}] | .webhooks[0].url | has a port above 65535
            webhooks: [{url: 'https://a_b/'}] | .webhooks[0].url | must have a host's name without _
            storage: file, retention: 1h, limits: [{window: 24h, max_tokens: 1}] | .retention | is shorter than the window of the limit per_day; a restart would forget a part of it
            jwt: {audience: us}                          | .jwt.jwks_url | is required, or public_key or secret
            jwt: {secret: short}                         | .jwt.secret | must have at least 32 characters
            jwt: {public_key: abc}                       | .jwt.public_key | must be a public key in PEM, which begins with -----BEGIN PUBLIC KEY-----
            jwt: {public_key: '-----BEGIN PUBLIC KEY----- AAAA -----END PUBLIC KEY-----'} | .jwt.public_key | is no public key of RSA or of an elliptic curve; copy the whole block anew
            webhooks: [{url: 'ftp://h'}]                 | .webhooks[0].url | must be an http:// or https:// URL with a host
            webhooks: [{url: 'https://h', threshold: 1}] | .webhooks[0].threshold | must be a number from 0.01 to 0.99, not "1"
            webhooks: [{url: 'https://h', events: [limit]}] | .webhooks[0].events[0] | must be one of limit_warning, limit_reached, not "limit"
            """)
    void mistakes_are_told_with_their_place(String yaml, String path, String message) {
        assertThat(errors("{" + yaml + "}"))
                .anySatisfy(line -> assertThat(line).endsWith("  ai_gateway.token_accounting" + path + "  " + message));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost/x",
                "http://127.0.0.1:8080",
                "http://10.1.2.3/",
                "https://192.168.0.9",
                "http://172.20.0.1",
                "http://169.254.169.254/latest",
                "http://100.64.0.1",
                "http://[::1]/",
                "http://[fd00::1]/",
                "http://[fe80::1]/",
                "http://[::ffff:10.0.0.1]/",
                "http://0.0.0.0/"
            })
    void a_webhook_into_a_private_network_must_be_meant(String url) {
        assertThat(errors("{webhooks: [{url: '" + url + "'}]}"))
                .singleElement()
                .asString()
                .endsWith("leads to a private network; set allow_private: true if that is meant");
        assertThat(errors("{webhooks: [{url: '" + url + "', allow_private: true}]}"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            match: {key: team-b}                       | never matches: server.api_keys has no key "team-b"; did you mean team-a? defined: team-a
            match: {header: X-Plan}                    | is required with header
            match: {}                                  | is required, or header and value
            match: {key: team-a, header: a, value: b}  | cannot be used together with header; keep one of them
            match: {key: team-a}, limits: {per_dya: 1} | there is no limit "per_dya" in token_accounting.limits; did you mean per_day? defined: per_day
            match: {key: team-a}, limits: {per_day: -1} | must be a whole number of at least 1, not "-1"
            """)
    void a_tier_that_says_nothing_is_a_mistake(String tier, String message) {
        assertThat(errors("{limits: [{window: 24h, max_tokens: 5}], tiers: [{name: t, " + tier + "}]}"))
                .anySatisfy(line -> assertThat(line).endsWith(message));
    }

    @Test
    void a_tier_behind_one_with_the_same_match_never_matches() {
        assertThat(errors("{tiers: [{name: a, match: {key: team-a}}, {name: b, match: {key: team-a}}]}"))
                .singleElement()
                .asString()
                .contains("tiers[1].match  never matches: an earlier tier has the same match");
    }

    @Test
    void without_keys_a_header_says_nothing() {
        String yaml = "ai_gateway: {providers: [{name: p, type: simulator}], token_accounting: {enabled: true, "
                + "key: 'header:X-Org'%s}}";

        assertThat(ConfigFiles.in(directory).warnings(yaml.formatted("")))
                .singleElement()
                .asString()
                .contains(
                        "token_accounting.key  without a valid client key, the gateway believes no header and no field"
                                + " user");
        assertThat(ConfigFiles.in(directory).warnings(yaml.formatted(", trust: anonymous")))
                .isEmpty();
        assertThat(ConfigFiles.in(directory)
                        .errors(yaml.formatted(", tiers: [{name: t, match: {header: a, value: b}}]")))
                .singleElement()
                .asString()
                .contains("never matches: without a valid client key, the gateway believes no header");
    }

    private java.util.List<String> errors(String yaml) {
        return ConfigFiles.in(directory).errors(BEGIN + "  token_accounting: " + yaml);
    }
}

package dev.loom.gateway.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.config.Accounting;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdentityTest {

    private record Said(@Nullable String client, Map<String, String> headers, @Nullable String user) implements Asker {
        @Override
        public @Nullable String header(String name) {
            return headers.get(name);
        }
    }

    private static String account(String yaml, @Nullable String client, Map<String, String> headers) {
        Identity.Claims claims = name -> name.equals("sub") ? "alice" : null;
        Identity identity = new Identity(Accounting.config(yaml), asker -> claims);
        return identity.account(new Said(client, headers, "user-7"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            client                    | keys      | team-a | team-a
            client                    | keys      |        | anonymous
            header:X-Org              | keys      | team-a | acme
            header:X-Org              | keys      |        | anonymous
            header:X-Org              | anonymous |        | acme
            header:X-Other            | anonymous | team-a | anonymous
            body:user                 | keys      | team-a | user-7
            body:user                 | keys      |        | anonymous
            jwt:sub                   | keys      |        | alice
            jwt:email                 | keys      | team-a | anonymous
            {header:X-Org}:{jwt:sub}  | keys      | team-a | acme:alice
            {header:X-Org}:{jwt:sub}  | keys      |        | anonymous:alice
            org-{client}              | keys      | team-a | org-team-a
            """)
    void by_what_a_request_says_and_what_of_it_is_believed(
            String key, String trust, @Nullable String client, String expected) {
        String yaml = "key: '" + key + "', trust: " + trust + ", jwt: {jwks_url: 'https://i'}";

        assertThat(account(yaml, client, Map.of("X-Org", "acme"))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "acme:alice, acme%3Aalice:alice",
        "acme%3Aalice, acme%253Aalice:alice",
        "':', %3A:alice",
        "plain, plain:alice"
    })
    void no_part_can_be_written_so_that_it_reads_as_two(String header, String expected) {
        String yaml = "key: '{header:X-Org}:{jwt:sub}', trust: anonymous, jwt: {jwks_url: 'https://i'}";

        assertThat(account(yaml, null, Map.of("X-Org", header))).isEqualTo(expected);
    }

    @Test
    void a_pair_of_parts_makes_an_account_that_no_other_pair_makes() {
        Random random = new Random(16);
        Map<String, List<String>> seen = new HashMap<>();
        Identity identity = new Identity(
                Accounting.config("key: '{header:X-Org}:{body:user}', trust: anonymous"), asker -> name -> null);
        for (int i = 0; i < 20_000; i++) {
            List<String> pair = List.of(text(random), text(random));
            String account = identity.account(new Said(null, Map.of("X-Org", pair.get(0)), pair.get(1)));

            assertThat(seen.computeIfAbsent(account, name -> pair)).isEqualTo(pair);
        }
    }

    private static String text(Random random) {
        return random.ints(1 + random.nextInt(3), 0, 4)
                .mapToObj(i -> List.of(":", "%", "3A", "a").get(i))
                .collect(Collectors.joining());
    }

    @Test
    void a_header_with_a_secret_stands_for_the_name_of_its_owner_and_is_never_shown() {
        Map<String, String> headers = Map.of("X-API-Key", "sk-secret");

        assertThat(account("key: 'header:X-API-Key'", "team-a", headers)).isEqualTo("team-a");
        assertThat(account("key: 'header:X-API-Key', trust: anonymous", null, headers))
                .matches("key-[0-9a-f]{12}");
    }

    @Test
    void names_are_printable_and_short_and_two_never_become_one() {
        String yaml = "key: 'header:X-Org', trust: anonymous";
        String a = account(yaml, null, Map.of("X-Org", "x".repeat(500) + "a"));
        String b = account(yaml, null, Map.of("X-Org", "x".repeat(500) + "b"));
        String line = account(yaml, null, Map.of("X-Org", "a\nINFO b"));

        assertThat(a).hasSize(128).isNotEqualTo(b);
        assertThat(line).startsWith("a?INFO b~").doesNotContain("\n");
        assertThat(account(yaml, null, Map.of("X-Org", "  "))).isEqualTo("anonymous");
        assertThat(account(yaml, null, Map.of("X-Org", a)))
                .as("the name of another is nobody's to write")
                .isNotEqualTo(a);
    }
}

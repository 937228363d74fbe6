package dev.loom.gateway.config.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostgresAddressTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "postgres://u:p@h:5432/d               | u | p | h:5432 | d",
                "jdbc:postgresql://u@h/d?sslmode=require | u | '' | h | d?sslmode=require",
                "postgresql://h/d                      | '' | '' | h | d",
                "postgres://u:p^s+%40%3A:s@my_host/d   | u | p^s+@::s | my_host | d",
                "postgres://u:p@one:5432,two,[::1]:9/d | u | p | 'one:5432,two,[::1]:9' | d"
            })
    void each_part_is_what_people_write(String text, String user, String password, String servers, String database) {
        assertThat(PostgresAddress.parse(text))
                .isEqualTo(new PostgresAddress(user, password, servers, database))
                .asString()
                .doesNotContain("p^s");
    }
}

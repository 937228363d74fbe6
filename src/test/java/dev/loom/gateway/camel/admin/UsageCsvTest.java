package dev.loom.gateway.camel.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.accounts.UsageRow;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageCsvTest {

    private static String line(String account, String model) {
        UsageRow row = new UsageRow(0, account, "openai", model, 1, 2, 3, 1, 1, 1_500_000);
        return UsageCsv.of(List.of(row)).split("\r\n")[1];
    }

    @ParameterizedTest
    @ValueSource(strings = {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0"})
    void what_a_spreadsheet_would_compute_is_text(String name) {
        assertThat(line(name, "m")).startsWith("\"'" + name);
        assertThat(line("a", name)).contains(",\"'" + name);
    }

    @Test
    void names_stay_in_their_cell() {
        assertThat(line("a,\"b\"", "m")).isEqualTo("\"a,\"\"b\"\"\",\"openai\",\"m\",1,2,3,1,1,0.001500000");
        assertThat(line("plain", "m")).startsWith("\"plain\",");
    }
}

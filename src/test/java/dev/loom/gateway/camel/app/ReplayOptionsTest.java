package dev.loom.gateway.camel.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The command line of a replay as the gateway's own program takes it. */
class ReplayOptionsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--replay r.jsonl | --config",
                "--replay r.jsonl --config a.yaml | --against",
                "--json | --replay",
                "--replay r.jsonl --config a.yaml --against b.yaml --jsno | --jsno"
            })
    void an_option_that_is_missing_or_unknown_ends_with_2(String arguments, String named) {
        StringWriter err = new StringWriter();
        int exitCode =
                new CommandLine(new GatewayMain()).setErr(new PrintWriter(err)).execute(arguments.split(" "));
        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString()).contains(named);
    }

    @ParameterizedTest
    @CsvSource("--replay none.jsonl --config none-a.yaml --against none-b.yaml")
    void files_that_are_not_there_end_with_1_and_no_port_is_opened(String arguments) {
        assertThat(new CommandLine(new GatewayMain()).execute(arguments.split(" ")))
                .isEqualTo(1);
    }
}

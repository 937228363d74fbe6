package dev.loom.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code request} as it is read. */
@NullUnmarked
class RequestShapesTest {

    @TempDir
    Path directory;

    private ProviderConfig provider(String keys) {
        return ConfigFiles.in(directory)
                .load("ai_gateway: {providers: [{name: p, type: simulator, " + keys + "}]}")
                .config()
                .providers()
                .get(0);
    }

    @Test
    void every_kind_of_value_can_be_set() {
        RequestConfig request = provider("request: {set: {a: 1, b: 1.50, c: true, d: yes, e: '2', f: [1, {g: null}],"
                        + " h.i: {j: text}, k: '${PORT}', l: null}}")
                .request();

        assertThat(request.set())
                .containsEntry("a", new BigDecimal(1))
                .containsEntry("b", new BigDecimal("1.50"))
                .containsEntry("c", true)
                .containsEntry("d", "yes")
                .containsEntry("e", "2")
                .containsEntry("h.i", Map.of("j", "text"))
                .containsEntry("k", new BigDecimal(5))
                .containsEntry("l", null);
        assertThat((List<?>) request.set().get("f")).hasSize(2);
    }

    @Test
    void a_provider_and_its_models_have_each_their_own() {
        ProviderConfig provider = provider(
                "request: {drop: [a]}, models: [{name: m, request: {rename: {b: c}," + " default: {d: e}}}, n]");

        assertThat(provider.request()).isEqualTo(new RequestConfig(Map.of(), List.of("a"), Map.of(), Map.of()));
        assertThat(provider.model("m").request())
                .isEqualTo(new RequestConfig(Map.of("b", "c"), List.of(), Map.of("d", "e"), Map.of()));
        assertThat(provider.model("n").request()).isEqualTo(RequestConfig.NONE);
    }

    @Test
    void what_holds_is_shown_as_it_is_written() {
        Map<?, ?> effective = ConfigFiles.in(directory)
                .load("ai_gateway: {providers: [{name: p, type: simulator, request: {default: {a: 1},"
                        + " rename: {x.*.role: {developer: system}}}}]}")
                .effective();
        Map<?, ?> request = (Map<?, ?>) ((Map<?, ?>) ((List<?>) effective.get("providers")).get(0)).get("request");

        assertThat(request.get("default")).isEqualTo(Map.of("a", new BigDecimal(1)));
        assertThat(request.get("rename")).isEqualTo(Map.of("x.*.role", Map.of("developer", "system")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "drop: [a b] | request.drop[0] | must be a path",
                "drop: [messages.*] | request.drop[0] | must be a path",
                "drop: [stream] | request.drop | client's choice",
                "set: {stream: true} | request.set.stream | client's choice",
                "default: {'a..b': 1} | request.default | must be a path",
                "rename: {a: stream} | request.rename.a | client's choice",
                "rename: {a: [b]} | request.rename.a | must be a path",
                "rename: {a: {b: [c]}} | request.rename.a | must be a map of text to text",
                "rename: {'m.*.a': b} | request.rename | same beginning",
                "rename: {'m.*.a': 'n.*.a'} | request.rename | same beginning",
                "remove: [a] | request.remove | unknown key"
            })
    void what_cannot_be_meant_is_an_error(String request, String path, String message) {
        List<String> errors = ConfigFiles.in(directory)
                .errors("ai_gateway: {providers: [{name: p, type: simulator, request: {" + request + "}}]}");

        assertThat(errors).hasSize(1);
        assertThat(errors.get(0)).contains(path).contains(message);
    }
}

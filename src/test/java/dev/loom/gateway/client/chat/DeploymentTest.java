package dev.loom.gateway.client.chat;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.client.Asked;
import dev.loom.gateway.client.Lookup;
import dev.loom.gateway.client.RawRequest;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.TestTargets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeploymentTest {

    private static final String PATH = "/openai/deployments/m/chat/completions";
    private static final Deployment SURFACE = new Deployment(new Chat());

    private static String read(String body) {
        ChatRequest hub = (ChatRequest)
                Asked.read(SURFACE, Asked.raw(PATH, Map.of(), body)).hub();
        assertThat(hub.model()).isEqualTo("m");
        return new String(hub.body(), UTF_8).replace('"', '\'');
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'messages':[{'a':1.50}]}              | {'model':'m','messages':[{'a':1.50}]}",
                "{'model':'other', 'messages':[{}]}     | {'model':'m', 'messages':[{}]}",
                "{'messages':[{'model':'x'}],'model':7} | {'messages':[{'model':'x'}],'model':'m'}",
                "{'model':{'a':[1]},'messages':[{}]}    | {'model':'m','messages':[{}]}",
                "{'model':'m','messages':[{}] }         | {'model':'m','messages':[{}] }",
            })
    void the_path_names_the_model_and_every_other_byte_is_the_clients(String body, String read) {
        assertThat(read(body)).isEqualTo(read);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{'a':", "{'model':'x', 'messages':[{}]", "7", "{'messages':[{}]} {}"})
    void what_is_no_json_object_is_refused_by_the_language(String body) {
        assertThat(Asked.error(SURFACE, Asked.raw(PATH, Map.of(), body)).message())
                .startsWith("The request body ");
    }

    @Test
    void another_encoding_is_refused_by_the_language() {
        byte[] body = "{\"messages\":[{}]}".getBytes(UTF_16);
        var request = new RawRequest(PATH, Map.<String, String>of()::get, Lookup.NONE, body, TestTargets.RECEIVED);
        assertThat(Asked.error(SURFACE, request).message()).isEqualTo("The request body must be UTF-8.");
    }

    @Test
    void two_models_are_one_too_many() {
        String body = "{'model':'m','messages':[{}],'model':'other'}";
        assertThat(Asked.error(SURFACE, Asked.raw(PATH, Map.of(), body)).message())
                .contains("Duplicate field 'model'");
    }
}

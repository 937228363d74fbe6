package dev.loom.gateway.client.chat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.Asked;
import dev.loom.gateway.client.ClientRequest;
import dev.loom.gateway.client.ErrorAnswer;
import dev.loom.gateway.client.Lookup;
import dev.loom.gateway.client.RawRequest;
import dev.loom.gateway.client.ServedModel;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.TestTargets;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChatTest {

    private static final Chat SURFACE = new Chat();
    private static final RawRequest RAW =
            Asked.raw("{ 'model':'m', 'stream':true, 'messages':[{'role':'user','content':'Hi'}], 'x':1.50 }");

    @Test
    void what_goes_in_and_out_is_the_hubs_byte_for_byte() {
        ClientRequest request = Asked.read(SURFACE, RAW);
        byte[] completion = "{ \"id\": 1 }".getBytes(UTF_8);

        assertThat(((ChatRequest) request.hub()).body()).isSameAs(RAW.body());
        assertThat(request.answer(completion)).isSameAs(completion);
        assertThat(SURFACE.passedOn(completion)).isSameAs(completion);
        assertThat(request.unsaid()).isNull();
    }

    @Test
    void a_stream_is_written_as_openai_writes_it() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        var stream = Asked.read(SURFACE, RAW).stream(out::writeBytes);
        stream.chunk("{\"a\":1}".getBytes(UTF_8));
        stream.keepAlive();
        stream.done();

        assertThat(stream.contentType()).startsWith("text/event-stream");
        assertThat(out.toString(UTF_8)).isEqualTo("data: {\"a\":1}\n\n: keep-alive\n\ndata: [DONE]\n\n");
    }

    @Test
    void a_stream_that_breaks_ends_with_an_error() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Asked.read(SURFACE, RAW).stream(out::writeBytes).failed(ApiError.server("Broke off", "timeout"), "req-1");
        assertThat(out.toString(UTF_8))
                .isEqualTo("data: {\"error\":{\"message\":\"Broke off\",\"type\":\"server_error\",\"param\":null,"
                        + "\"code\":\"timeout\"}}\n\n");
    }

    @Test
    void errors_have_openais_four_keys_and_what_the_gateway_adds() {
        ObjectNode more = (ObjectNode) Asked.json("{'attempts':[]}");
        ErrorAnswer answer = SURFACE.error(400, ApiError.invalidRequest("Why.", "model", null), more, "req-1");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(Json.lenient(answer.body()))
                .isEqualTo(Asked.json("{'error':{'message':'Why.','type':'invalid_request_error','param':'model',"
                        + "'code':null,'attempts':[]}}"));
    }

    @Test
    void models_are_listed_as_openai_lists_them() {
        ServedModel model = new ServedModel("gpt-x", TestTargets.RECEIVED, "loom", null, null);
        String card = "{'id':'gpt-x','object':'model','created':1790000000,'owned_by':'loom'}";
        assertThat(Json.lenient(SURFACE.models(List.of(model), Lookup.NONE)))
                .isEqualTo(Asked.json("{'object':'list','data':[" + card + "]}"));
        assertThat(Json.lenient(SURFACE.model(model))).isEqualTo(Asked.json(card));
    }
}

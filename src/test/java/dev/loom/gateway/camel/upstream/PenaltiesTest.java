package dev.loom.gateway.camel.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.FakeProvider.Call;
import dev.loom.gateway.testing.GeminiVoice;
import dev.loom.gateway.testing.Said;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which models of Gemini take penalties is found out, model by model. */
class PenaltiesTest {

    private static final GeminiVoice VOICE = new GeminiVoice(false);

    /** Refuses as Google does, one model's penalties and not the other's. */
    private static void serve(Call call) throws IOException {
        boolean refused =
                call.request().path().contains("2.5") && call.request().body().contains("Penalty");
        if (refused) {
            call.json(400, VOICE.error(400, "Penalty is not enabled for this model"));
        } else {
            call.json(200, VOICE.answer(Said.text("hi", "stop")));
        }
    }

    private static String asking(String model) {
        return "{\"model\":\"" + model + "\",\"presence_penalty\":0.5,\"frequency_penalty\":0.2,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    }

    private static List<Boolean> penalties(FakeProvider provider) {
        return provider.requests().stream()
                .map(request -> request.body().contains("Penalty"))
                .toList();
    }

    @Test
    void a_model_that_refuses_penalties_is_asked_again_and_never_gets_them_again() {
        try (FakeProvider a = new FakeProvider(PenaltiesTest::serve);
                TestGateway gateway = TestGateway.start(
                        "providers: [{name: a, type: vertex, api_key: k, base_url: '%s', models: ['gemini-*']}]\n"
                                .formatted(a.url()))) {
            assertThat(gateway.chat(asking("gemini-2.5-flash")).statusCode()).isEqualTo(200);
            assertThat(gateway.chat(asking("gemini-2.5-flash")).statusCode()).isEqualTo(200);
            assertThat(gateway.chat(asking("gemini-2.0-flash")).statusCode()).isEqualTo(200);
            assertThat(penalties(a)).containsExactly(true, false, false, true);
        }
    }

    @Test
    void a_refusal_of_what_was_not_asked_is_relayed() {
        try (FakeProvider a = new FakeProvider(call -> call.json(400, VOICE.error(400, "Penalty is not enabled")));
                TestGateway gateway = TestGateway.start(
                        "providers: [{name: a, type: vertex, api_key: k, base_url: '%s', models: ['gemini-*']}]\n"
                                .formatted(a.url()))) {
            assertThat(gateway.chat(TestGateway.chat("gemini-2.5-flash", false)).statusCode())
                    .isEqualTo(400);
            assertThat(a.requests()).hasSize(1);
        }
    }
}

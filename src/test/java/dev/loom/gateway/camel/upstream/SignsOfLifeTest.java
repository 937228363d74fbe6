package dev.loom.gateway.camel.upstream;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.Answers;
import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a provider sends before its first content keeps its stream alive, and silence after it does not. */
class SignsOfLifeTest {

    private static final String PROLOGUE =
            "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},"
                    + "\"finish_reason\":null}]}\n\n";

    @ParameterizedTest
    @ValueSource(strings = {"", ": PROCESSING\n\n", "\n\n", PROLOGUE})
    void a_provider_that_has_shown_a_sign_of_life_is_given_the_time_between_two(String sign) {
        try (FakeProvider slow = new FakeProvider(call -> {
                    call.startStream();
                    if (!sign.isEmpty()) {
                        call.write(sign);
                    }
                    LockSupport.parkNanos(Duration.ofMillis(2500).toNanos());
                    call.content("at last");
                    call.chunk("{}", "stop");
                    call.done();
                });
                TestGateway gateway =
                        TestGateway.start(TestGateway.providers("timeouts: {first_token: 1500ms, idle: 30s}", slow))) {
            HttpResponse<String> response = gateway.chat(chat("gpt-4", true));
            assertThat(response.body()).contains("at last");
        }
    }

    @Test
    void comments_restart_the_idle_timeout() {
        try (FakeProvider slow = new FakeProvider(call -> {
                    call.startStream();
                    for (int i = 0; i < 20; i++) {
                        call.write(": PROCESSING\n\n");
                        LockSupport.parkNanos(Duration.ofMillis(150).toNanos());
                    }
                    call.content("at last");
                    call.chunk("{}", "stop");
                    call.done();
                });
                TestGateway gateway =
                        TestGateway.start(TestGateway.providers("timeouts: {first_token: 2s, idle: 2s}", slow))) {
            assertThat(gateway.chat(chat("gpt-4", true)).body()).contains("at last");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ": PROCESSING\n\n", PROLOGUE})
    void silence_after_a_sign_of_life_is_not_waited_out_for_longer(String sign) {
        try (FakeProvider silent = new FakeProvider(call -> {
                    call.startStream();
                    if (!sign.isEmpty()) {
                        call.write(sign);
                    }
                    call.awaitClosed();
                });
                FakeProvider good = FakeProvider.saying("from b");
                TestGateway gateway = TestGateway.start(
                        TestGateway.providers("timeouts: {first_token: 60s, idle: 300ms}", silent, good))) {
            HttpResponse<String> response = gateway.chat(chat("gpt-4", true));
            Answers.isFrom(response, "b", 2);
        }
    }

    @Test
    void a_sign_of_life_does_not_move_the_deadline() {
        try (FakeProvider busy = new FakeProvider(call -> {
                    call.startStream();
                    while (true) {
                        call.write(": PROCESSING\n\n");
                        LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
                    }
                });
                TestGateway gateway =
                        TestGateway.start(TestGateway.providers("", busy) + "routing: {failover: {deadline: 1s}}\n")) {
            assertThat(gateway.chat(chat("gpt-4", true)).statusCode()).isEqualTo(504);
        }
    }

    @Test
    void whoever_runs_the_gateway_is_told_once_of_signs_of_life_without_content() {
        try (CapturedLog log = new CapturedLog();
                FakeProvider busy = new FakeProvider(call -> {
                    call.startStream();
                    for (int i = 0; i < 20; i++) {
                        call.write(": PROCESSING\n\n");
                        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                    }
                    call.content("at last");
                    call.chunk("{}", "stop");
                    call.done();
                });
                TestGateway gateway =
                        TestGateway.start(TestGateway.providers("timeouts: {first_token: 200ms, idle: 30s}", busy))) {
            assertThat(gateway.chat(chat("gpt-4", true)).body()).contains("at last");
            assertThat(log.messages())
                    .filteredOn(m -> m.contains("signs of life"))
                    .singleElement()
                    .asString()
                    .contains("provider 'a'", "timeouts.first_token (0.2 s)", "failover.deadline");
        }
    }

    @Test
    void a_model_may_have_its_own_timeouts() {
        try (FakeProvider silent = new FakeProvider(FakeProvider.Call::awaitClosed);
                FakeProvider good = FakeProvider.saying("from b");
                TestGateway gateway = TestGateway.start(TestGateway.providers("", silent, good)
                        .replaceFirst(
                                "models: \\[gpt-4\\]",
                                "models: [{name: gpt-4, timeouts: {first_token: 300ms, response: 300ms}}]"))) {
            Answers.isFrom(gateway.chat(chat("gpt-4", true)), "b", 2);
            Answers.isFrom(gateway.chat(chat("gpt-4", false)), "b", 2);
        }
    }
}

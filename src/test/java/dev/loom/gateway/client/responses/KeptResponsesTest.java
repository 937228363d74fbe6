package dev.loom.gateway.client.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.client.ClientRequest;
import dev.loom.gateway.client.Holders;
import dev.loom.gateway.client.Lookup;
import dev.loom.gateway.client.RawRequest;
import dev.loom.gateway.client.Room;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.TestTargets;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What several clients have of each other's answers: nothing, and no answer costs the others what is known of theirs. */
class KeptResponsesTest {

    private final AtomicInteger told = new AtomicInteger();
    private final RecentResponses recent = new RecentResponses(() -> 1 << 20);
    private final KeptResponses surface = new KeptResponses(recent, new Holders(new Holders.Others() {
        @Override
        public CompletionStage<String> tell(String id, String holder, Duration kept) {
            told.incrementAndGet();
            return CompletableFuture.completedFuture(holder);
        }

        @Override
        public Map<String, String> ask(Collection<String> ids) {
            return Map.of();
        }
    }));

    private ClientRequest ask(String caller) throws Exception {
        byte[] body = "{\"model\":\"m\",\"input\":\"hi\"}".getBytes(UTF_8);
        return surface.read(new RawRequest(
                "/v1/responses",
                Lookup.NONE,
                Lookup.NONE,
                body,
                TestTargets.RECEIVED,
                caller,
                false,
                Room.WITHOUT_END));
    }

    @Test
    void an_answer_of_very_many_items_makes_nobody_forget_what_is_known_of_others() throws Exception {
        String items = IntStream.range(0, 5000)
                .mapToObj(i -> "{\"type\":\"message\",\"id\":\"msg_" + i + "\"}")
                .collect(Collectors.joining(","));
        ask("ann").passed("a", ("{\"id\":\"resp_1\",\"output\":[" + items + "]}").getBytes(UTF_8));
        assertThat(told).hasValue(256);
    }

    @Test
    void two_clients_whose_answers_have_one_id_have_each_their_own() throws Exception {
        byte[] completion =
                ("{\"id\":\"chatcmpl-1\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":"
                                + "{\"role\":\"assistant\",\"content\":\"x\"},\"finish_reason\":\"stop\"}]}")
                        .getBytes(UTF_8);
        String id = Json.lenient(ask("ann").answer(completion)).path("id").asText();
        assertThat(Json.lenient(ask("bob").answer(completion)).path("id").asText())
                .isEqualTo(id);
        assertThat(recent.delete(id, "bob", TestTargets.RECEIVED)).isTrue();
        assertThat(recent.response(id, "ann", TestTargets.RECEIVED, Room.WITHOUT_END))
                .isNotNull();
        assertThat(recent.response(id, "bob", TestTargets.RECEIVED, Room.WITHOUT_END))
                .isNull();
    }
}

package dev.loom.gateway.cookbook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.loom.gateway.testing.EditableGateway;
import dev.loom.gateway.testing.Recipe;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipe of {@code docs/cookbook.md} that writes to Kafka, with a broker. */
class KafkaRecipeIT {

    private static final Duration SOON = Duration.ofSeconds(120);

    private final Recipe recipe = Recipe.all().stream()
            .filter(one -> one.needs().equals("a broker"))
            .findFirst()
            .orElseThrow();

    @TempDir
    Path directory;

    private KafkaBroker broker;
    private EditableGateway edited;

    @BeforeEach
    void start() throws Exception {
        broker = KafkaBroker.start(directory.resolve("broker"));
        edited = EditableGateway.start(
                directory,
                """
                server:
                  api_keys: [{name: billing, key: sk-billing-key-of-the-test}]
                providers:
                  - {name: sim-a, type: simulator, models: [gpt-4], simulator: {latency: 1ms, tokens_per_second: 100000}}
                """);
    }

    @AfterEach
    void stop() {
        edited.close();
        broker.close();
    }

    @Test
    void a_finished_request_is_a_message_under_the_name_of_its_client() throws Exception {
        String file = recipe.edits().keySet().iterator().next();
        String before = edited.read(file);
        String edit = recipe.edits().get(file).replace("localhost:9092", broker.address());
        assertThat(edited.saveAndWait(file, Recipe.edited(file, before, edit))).isEmpty();
        assertThat(recipe.run(directory, this::here)).contains(recipe.answer());
        ConsumerRecord<String, String> message = firstMessage();
        assertThat(message.key()).isEqualTo("billing");
        JsonNode record = new ObjectMapper().readTree(message.value());
        assertThat(record.path("id").asText()).isEqualTo("message-1");
        assertThat(record.path("status").asInt()).isEqualTo(200);
        assertThat(edited.saveAndWait(file, before)).isEmpty();
    }

    private String here(String script) {
        return script.replace("localhost:8080", "127.0.0.1:" + edited.gateway().port())
                .replace("curl ", "curl -H 'Authorization: Bearer sk-billing-key-of-the-test' ");
    }

    private ConsumerRecord<String, String> firstMessage() {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                broker.address(),
                "group.id",
                "test",
                "auto.offset.reset",
                "earliest",
                "metadata.max.age.ms",
                500);
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of("llm-requests"));
            long end = System.nanoTime() + SOON.toNanos();
            while (System.nanoTime() < end) {
                Iterator<ConsumerRecord<String, String>> found =
                        consumer.poll(Duration.ofSeconds(1)).iterator();
                if (found.hasNext()) {
                    return found.next();
                }
            }
            throw new AssertionError("no message came");
        }
    }
}

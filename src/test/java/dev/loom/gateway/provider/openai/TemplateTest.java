package dev.loom.gateway.provider.openai;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ChunkDecoder;
import dev.loom.gateway.provider.ChunkSink;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.RecordingSink;
import dev.loom.gateway.provider.ServerSentEvent;
import dev.loom.gateway.provider.SseParser;
import dev.loom.gateway.provider.TestTargets;
import dev.loom.gateway.provider.UnreadableAnswer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether chunks are recognised or parsed one by one must make no difference to anybody. */
class TemplateTest {

    private static final String CHUNK =
            "{'id':'c1','object':'chat.completion.chunk','created':7,'model':'m','choices':[{'index':0,'delta':DELTA,'finish_reason':null}],'obfuscation':'x'}";

    private static final ServerSentEvent NOTHING_NEW = new ServerSentEvent(null, "{\"choices\":[]}".getBytes(UTF_8));

    /** Keeps all that a decoder reports, byte for byte. */
    private static final class Log implements ChunkSink {
        final List<String> lines = new ArrayList<>();
        boolean muted;

        @Override
        public void chunk(byte[] data, boolean content) {
            line((content ? "content " : "chunk ") + new String(data, ISO_8859_1));
        }

        @Override
        public void keepAlive() {
            line("keep-alive");
        }

        @Override
        public void failed(Failure failure) {
            line("failed " + failure);
        }

        @Override
        public void done() {
            line("done");
        }

        private void line(String line) {
            if (!muted) {
                lines.add(line);
            }
        }
    }

    /**
     * All that comes of a stream, with the usage in the end.
     *
     * @param parsed whether every chunk is parsed: after an event that has nothing to say no chunk is recognised
     */
    private static List<String> run(byte[] stream, boolean parsed, int... cuts) throws UnreadableAnswer {
        ChunkDecoder decoder = new OpenAi().stream(TestTargets.streaming(true), TestTargets.openAi("m"));
        Log log = new Log();
        SseParser parser = new SseParser(new SseParser.Listener() {
            @Override
            public void event(ServerSentEvent event) {
                decoder.accept(event, log);
                log.muted = true;
                if (parsed) {
                    decoder.accept(NOTHING_NEW, log);
                }
                log.muted = false;
            }

            @Override
            public void comment() {
                log.keepAlive();
            }
        });
        RecordingSink.feed(parser, stream, cuts);
        decoder.end(log);
        log.lines.add("usage " + decoder.usage());
        return log.lines;
    }

    private static int[] cuts(int length, Random random) {
        return random.ints(random.nextInt(20), 0, length + 1).sorted().toArray();
    }

    @Property(tries = 3_000)
    void recognising_chunks_makes_no_difference(
            @ForAll(supplier = AnyOpenAiStream.class) byte[] stream, @ForAll long seed) throws Exception {
        List<String> expected = run(stream, true);
        assertThat(run(stream, false)).isEqualTo(expected);
        assertThat(run(stream, false, cuts(stream.length, new Random(seed)))).isEqualTo(expected);
    }

    @Property(tries = 3_000)
    void nor_does_it_where_bytes_are_broken(@ForAll(supplier = AnyOpenAiStream.class) byte[] stream, @ForAll long seed)
            throws Exception {
        Random random = new Random(seed);
        for (int i = random.nextInt(4); i >= 0; i--) {
            stream[random.nextInt(stream.length)] = (byte) random.nextInt();
        }
        assertThat(run(stream, false, cuts(stream.length, random))).isEqualTo(run(stream, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "azure"})
    void nor_does_it_in_recorded_streams(String type) throws Exception {
        String folder = System.getProperty("loom.recordings");
        assumeTrue(folder != null, "Skipped: name the folder of the recordings with -Dloom.recordings=...");
        Random random = new Random(1);
        for (byte[] stream : recorded(Path.of(folder, type))) {
            List<String> expected = run(stream, true);
            for (int i = 0; i < 50; i++) {
                assertThat(run(stream, false, cuts(stream.length, random))).isEqualTo(expected);
            }
        }
    }

    private static List<byte[]> recorded(Path folder) throws Exception {
        List<byte[]> streams = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                JsonNode recording = Json.MAPPER.readTree(file.toFile());
                if (recording.at("/request/body/stream").asBoolean()
                        && recording.at("/response/status").asInt() == 200) {
                    streams.add(recording.at("/response/body").textValue().getBytes(UTF_8));
                }
            }
        }
        assertThat(streams).isNotEmpty();
        return streams;
    }

    private static byte[] chunk(String delta) {
        return CHUNK.replace("DELTA", delta).replace('\'', '"').getBytes(UTF_8);
    }

    private static Template learnt(byte[] data) {
        Template template = new Template();
        template.learn((ObjectNode) Json.lenient(data), data);
        return template;
    }

    @Test
    void chunks_that_differ_in_text_and_padding_are_recognised() {
        Template template = learnt(chunk("{'content':'Hi'}"));
        byte[] padded = new String(chunk("{'content':'Hi'}"), UTF_8)
                .replace(":\"x\"", ":\"xyz\"")
                .getBytes(UTF_8);
        assertThat(template.match(padded)).isEqualTo(Template.Match.WITH_CONTENT);
        assertThat(template.match(chunk("{'content':' there'}"))).isEqualTo(Template.Match.WITH_CONTENT);
        assertThat(template.match(chunk("{'content':''}"))).isEqualTo(Template.Match.WITHOUT_CONTENT);
        assertThat(template.match(chunk("{'content':null}"))).isEqualTo(Template.Match.NONE);
        template.forget();
        assertThat(template.match(chunk("{'content':'Hi'}"))).isEqualTo(Template.Match.NONE);
    }

    @Test
    void pieces_of_a_calls_arguments_are_recognised_and_always_content() {
        String piece = "{'tool_calls':[{'index':0,'function':{'arguments':'%s'}}]}";
        Template template = learnt(chunk(piece.formatted("{")));
        for (String arguments : List.of("", "}")) {
            assertThat(template.match(chunk(piece.formatted(arguments)))).isEqualTo(Template.Match.WITH_CONTENT);
        }
        assertThat(learnt(chunk(piece.formatted(" "))).match(chunk(piece.formatted("{"))))
                .isEqualTo(Template.Match.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'role':'assistant','content':'x'}",
                "{'content':'x','audio':{'data':'x'}}",
                "{'content':'x','content':'y'}",
                "{'tool_calls':[{'index':0,'function':{'arguments':'x'}},{'index':1,'function':{'arguments':'x'}}]}",
                "{'content':'x'},'finish_reason':null},{'index':1,'delta':{'content':'x'}",
                "{'tool_calls':[{'index':0,'id':'a','function':{'arguments':'x'}}]}"
            })
    void other_chunks_are_not_learnt(String delta) {
        assertThat(learnt(chunk(delta)).match(chunk(delta))).isEqualTo(Template.Match.NONE);
    }

    private static String event(String delta) {
        return "data: " + new String(chunk(delta), UTF_8) + "\n\n";
    }

    @Test
    void after_the_end_of_a_choice_its_chunks_are_not_recognised_any_more() throws Exception {
        String begun = event("{'role':'assistant','content':''}") + event("{'content':'x'}");
        String end = event("{}").replace("\"finish_reason\":null", "\"finish_reason\":\"stop\"");
        List<String> expected = run((begun + end).getBytes(UTF_8), false);
        List<String> log = run((begun + end + event("{'content':'x'}")).getBytes(UTF_8), false);
        log.remove("keep-alive");
        assertThat(log).isEqualTo(expected);
    }

    @Test
    void an_event_called_error_is_one_even_with_the_data_of_an_ordinary_chunk() throws Exception {
        String begun = event("{'role':'assistant','content':''}") + event("{'content':'x'}");
        List<String> log = run((begun + "event: error\n" + event("{'content':'x'}")).getBytes(UTF_8), false);
        assertThat(log).hasSize(4);
        assertThat(log.get(2)).startsWith("failed");
    }

    @Test
    void a_stream_whose_chunks_all_differ_is_soon_given_up() {
        Template template = new Template();
        byte[] data = chunk("{'content':'x'}");
        for (int i = 0; i < 4; i++) {
            template.learn((ObjectNode) Json.lenient(data), data);
            template.forget();
        }
        template.learn((ObjectNode) Json.lenient(data), data);
        assertThat(template.match(data)).isEqualTo(Template.Match.NONE);
    }
}

package dev.loom.gateway.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.RecordingSink;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.TestTargets;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.provider.dialects.Dialects;
import dev.loom.gateway.testing.Answer;
import dev.loom.gateway.testing.RecordedAnthropic;
import dev.loom.gateway.testing.RecordedGemini;
import dev.loom.gateway.testing.RecordedOpenAi;
import dev.loom.gateway.testing.Recording;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Recorded answers in the hub's words. */
public final class RecordedHub {

    /** The property that names the folder of recordings. */
    public static final String FOLDER = "loom.recordings";

    private RecordedHub() {}

    /** Every recorded answer to a chat that is no error. */
    public static Stream<Recording> answers() {
        return Stream.of("openai", "azure", "anthropic", "vertex")
                .flatMap(dialect -> Recording.in(System.getProperty(FOLDER), dialect).stream())
                .filter(recording -> recording.isChat() && recording.status() == 200);
    }

    /** What the provider said, as plainly as can be; arguments without white space, and no usage where none was reported. */
    public static Answer said(Recording recording) {
        Answer said =
                switch (recording.dialect()) {
                    case "anthropic" -> RecordedAnthropic.read(recording);
                    case "vertex" -> RecordedGemini.read(recording);
                    default -> RecordedOpenAi.read(recording);
                };
        return new Answer(
                said.id(),
                said.model(),
                said.created(),
                said.content(),
                said.refusal(),
                said.reasoning(),
                said.reasoningSignature(),
                said.calls().stream().map(RecordedHub::compact).toList(),
                said.finishReason(),
                said.usage().equals(Answer.Tokens.NOT_REPORTED) ? null : said.usage());
    }

    private static Answer.Call compact(Answer.Call call) {
        String arguments =
                call.arguments().isEmpty() ? "{}" : Asked.json(call.arguments()).toString();
        return new Answer.Call(call.id(), call.name(), arguments, call.signature());
    }

    private static Target target(Recording recording) {
        return TestTargets.target(recording.dialect(), "2024-10-21", Map.of(), recording.model());
    }

    public static byte[] completion(Recording recording) {
        try {
            ChatRequest request = TestTargets.plain();
            Dialect dialect = Dialects.of(recording.dialect());
            return dialect.decode(recording.body(), request, target(recording)).body();
        } catch (UnreadableAnswer e) {
            throw new AssertionError(e);
        }
    }

    public static List<byte[]> chunks(Recording recording) {
        Dialect dialect = Dialects.of(recording.dialect());
        RecordingSink sink =
                RecordingSink.of(dialect.stream(TestTargets.streaming(true), target(recording)), recording.body());
        return sink.chunks.stream().map(chunk -> chunk.getBytes(UTF_8)).toList();
    }
}

package dev.loom.gateway.client.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.AnswerSink;
import dev.loom.gateway.client.Block;
import dev.loom.gateway.client.Head;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UsageDetails;
import java.util.List;

/** A streamed answer: answers with some of the parts each, a call always whole; the last one tells the ends. */
final class ContentEvents implements AnswerSink {

    private final Frames frames;
    private final boolean includeThoughts;
    private final Candidates candidates = new Candidates();
    private Head head = new Head("", 0, "", 0);

    ContentEvents(Frames frames, boolean includeThoughts) {
        this.frames = frames;
        this.includeThoughts = includeThoughts;
    }

    @Override
    public String contentType() {
        return frames.contentType();
    }

    @Override
    public void begin(Head answers) {
        head = answers;
    }

    @Override
    public void open(Block block) {}

    @Override
    public void more(Block block, String more, JsonNode logprobs) {
        boolean thought = block.kind() == Block.Kind.REASONING;
        boolean text = block.kind() != Block.Kind.CALL && block.kind() != Block.Kind.IMAGE;
        if (text && (includeThoughts || !thought)) {
            part(block, Candidates.text(more, thought));
        }
    }

    @Override
    public void close(Block block) {
        candidates.close(block);
        if (block.kind() == Block.Kind.CALL) {
            part(block, candidates.call(block));
        } else if (block.kind() == Block.Kind.IMAGE) {
            part(block, Candidates.picture(block));
        }
    }

    private void part(Block block, ObjectNode part) {
        frames.answer(Response.of(head, Json.array().add(Candidates.of(block.choice(), List.of(part)))));
    }

    @Override
    public void worded(int choice, JsonNode hubsChoice) {
        candidates.worded(choice, hubsChoice);
    }

    @Override
    public void finish(int choice, String reason) {
        candidates.finish(choice, reason);
    }

    @Override
    public void end(UsageDetails usage) {
        ObjectNode last = Response.of(head, candidates.ends());
        last.set("usageMetadata", Response.usage(usage));
        frames.answer(last);
        frames.end();
    }

    @Override
    public boolean passed(byte[] data) {
        return frames.passed(data);
    }

    @Override
    public void allPassed() {
        frames.end();
    }

    @Override
    public void keepAlive() {
        frames.keepAlive();
    }

    @Override
    public void failed(ApiError error, String requestId) {
        frames.answer(Errors.inStream(error));
        frames.end();
    }
}

package dev.loom.gateway.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.loom.gateway.provider.FinishReasons;
import dev.loom.gateway.provider.HeldBack;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One choice of the hub's answer as blocks, of which one is open at a time. */
final class BlockReader {

    /** Reasons that end an answer before the model would have. */
    private static final Set<String> CUT = Set.of(FinishReasons.LENGTH, FinishReasons.CONTENT_FILTER);

    private static final List<String> TEXTS = List.of("content", "reasoning_content", "refusal");
    private static final List<String> LISTS = List.of("thinking_blocks", "annotations", "images");

    private final int choice;
    private final AnswerSink sink;
    private final CallReader calls;
    private @Nullable Block open;
    private boolean finished;
    private long said;

    BlockReader(int choice, AnswerSink sink, HeldBack held) {
        this.choice = choice;
        this.sink = sink;
        this.calls = new CallReader(choice, sink, held, this::close);
    }

    /** A whole message. Its signed reasoning, if all of it is signed, repeats the plain one. */
    void message(JsonNode message, JsonNode logprobs) {
        StringBuilder signed = new StringBuilder();
        message.path("thinking_blocks")
                .forEach(block -> signed.append(block.path("thinking").asText("")));
        if (!text(message, "reasoning_content").contentEquals(signed)) {
            more(Block.Kind.REASONING, text(message, "reasoning_content"), MissingNode.getInstance());
            close();
        }
        message.path("thinking_blocks").forEach(this::thinking);
        said(message, logprobs);
        calls(message);
    }

    /** Characters, those of arguments included. */
    long said() {
        return said + calls.said();
    }

    void delta(JsonNode delta, JsonNode logprobs) {
        if (finished) {
            return;
        }
        if (saysMoreThanCalls(delta)) {
            calls.then(
                    () -> {
                        more(Block.Kind.REASONING, text(delta, "reasoning_content"), MissingNode.getInstance());
                        delta.path("thinking_blocks").forEach(this::thinking);
                        said(delta, logprobs);
                    },
                    () -> HeldBack.size(delta) + HeldBack.size(logprobs));
        }
        calls(delta);
    }

    private static boolean saysMoreThanCalls(JsonNode delta) {
        return TEXTS.stream().anyMatch(field -> !text(delta, field).isEmpty())
                || LISTS.stream().anyMatch(field -> !delta.path(field).isEmpty());
    }

    private void said(JsonNode message, JsonNode logprobs) {
        more(Block.Kind.TEXT, text(message, "content"), logprobs.path("content"));
        more(Block.Kind.REFUSAL, text(message, "refusal"), MissingNode.getInstance());
        message.path("annotations").forEach(this::annotation);
        message.path("images").forEach(this::image);
    }

    private void calls(JsonNode message) {
        JsonNode entries = message.path("tool_calls");
        for (int i = 0; i < entries.size(); i++) {
            calls.accept(entries.path(i), i);
        }
    }

    /** One that lies elsewhere is named in the text. */
    private void image(JsonNode image) {
        String url = image.at("/image_url/url").asText("");
        if (Block.isPicture(url)) {
            close();
            Block block = open(new Block(Block.Kind.IMAGE, choice, ""));
            block.append(url);
            sink.more(block, url, MissingNode.getInstance());
            close();
        } else if (!url.isEmpty()) {
            more(Block.Kind.TEXT, "![image](" + url + ")", MissingNode.getInstance());
        }
    }

    private static String text(JsonNode message, String field) {
        return message.path(field).isTextual() ? message.path(field).textValue() : "";
    }

    private void more(Block.Kind kind, String text, JsonNode logprobs) {
        if (!text.isEmpty()) {
            Block block = block(kind);
            said += text.length();
            block.append(text);
            logprobs.forEach(block.logprobs()::add);
            sink.more(block, text, logprobs);
        }
    }

    /** Signed reasoning follows what was shown of it, if anything was. */
    private void thinking(JsonNode signed) {
        boolean shown = open != null && open.kind() == Block.Kind.REASONING && !signed.has("data");
        if (shown && open != null) {
            open.sign(signed);
        } else {
            close();
            Block block = new Block(Block.Kind.REASONING, choice, "");
            block.sign(signed);
            open(block);
            more(Block.Kind.REASONING, text(signed, "thinking"), MissingNode.getInstance());
        }
        close();
    }

    private void annotation(JsonNode annotation) {
        Block block = block(Block.Kind.TEXT);
        block.annotations().add(annotation);
        sink.annotated(block, annotation);
    }

    private Block block(Block.Kind kind) {
        if (open != null && open.kind() == kind) {
            return open;
        }
        close();
        return open(new Block(kind, choice, ""));
    }

    private Block open(Block block) {
        calls.close();
        open = block;
        sink.open(block);
        return block;
    }

    private void close() {
        if (open != null) {
            Block block = open;
            open = null;
            sink.close(block);
        }
    }

    /** Ends the choice as the hub says, once. */
    void end(JsonNode hubsChoice) {
        String sequence = FinishReasons.sequence(hubsChoice);
        if (!finished && sequence != null) {
            sink.stopped(choice, sequence);
        }
        if (!finished) {
            sink.worded(choice, hubsChoice);
        }
        finish(FinishReasons.nearest(hubsChoice));
    }

    /** Ends the choice, once. A model that called a tool waits for its result, whatever word its server has for that. */
    void finish(String reason) {
        if (finished) {
            return;
        }
        finished = true;
        boolean cut = CUT.contains(reason);
        calls.end(cut);
        if (cut && open != null) {
            open.cut();
        }
        close();
        boolean called = calls.any() && reason.equals(FinishReasons.STOP);
        sink.finish(choice, called ? FinishReasons.TOOL_CALLS : reason);
    }
}

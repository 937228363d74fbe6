package dev.loom.gateway.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.UsageDetails;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Streams of an OpenAI provider in which the pieces of calls, and what stands between them, come in any order: every client
 * language gets the blocks one after another, in the order in which they began, and each of them whole.
 */
class MixedCallsTest {

    /** A piece is {@code f0=text} of a call's arguments, {@code 0+f} of its beginning, or some text or thinking. */
    private static String delta(String piece) {
        if (piece.startsWith("text:")) {
            return "'content':'" + piece.substring(5) + "'";
        } else if (piece.startsWith("think:")) {
            return "'reasoning_content':'" + piece.substring(6) + "'";
        }
        return "'tool_calls':["
                + String.join(
                        ",",
                        Stream.of(piece.split("&")).map(MixedCallsTest::entry).toList()) + "]";
    }

    private static String entry(String piece) {
        String index = "{'index':" + piece.charAt(0);
        String rest = piece.substring(2);
        return switch (piece.charAt(1)) {
            case '+' ->
                index + ",'id':'id" + piece.charAt(0) + "','type':'function','function':{'name':'" + rest
                        + "','arguments':''}}";
            case '?' -> index + ",'id':'id" + piece.charAt(0) + "','type':'function','function':{}}";
            case '!' -> index + ",'function':{'name':'" + rest + "'}}";
            case '*' ->
                index + ",'id':'id" + piece.charAt(0) + "','type':'custom','custom':{'name':'" + rest
                        + "','input':''}}";
            case '/' -> index + ",'custom':{'input':'" + rest + "'}}";
            default -> index + ",'function':{'arguments':'" + rest.replace("~", "\\'") + "'}}";
        };
    }

    private static Told told(String pieces, String reason) {
        Told told = new Told();
        ChatStream stream = new ChatStream(told);
        for (String piece : pieces.split(" ")) {
            if (piece.equals("[DONE]")) {
                stream.sendData("[DONE]");
            } else {
                stream.send(delta(piece), null);
            }
        }
        if (reason != null) {
            stream.send("", reason);
        }
        stream.end();
        told.failure = stream.failure;
        return told;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // begun in one chunk
                "0+f&1+g 1={~b~: 0={~a~: 1=2} 0=1}     | f{~a~:1} g{~b~:2}",
                "0+f&1+g 1={~b~: 0={~a~: 1=2}&0=1}     | f{~a~:1} g{~b~:2}",
                "0+f&1+g&2+h 2={~c~: 1={} 0={} 2=3}   | f{} g{} h{~c~:3}",
                // begun in chunks of their own, the first with a piece of its arguments
                "0+f 0={ 1+g 1={~b~: 0=~a~: 1=2} 0=1}  | f{~a~:1} g{~b~:2}",
                // announced in chunks of their own, the pieces of arguments later
                "0+f 1+g 0={~a~: 0=1} 1={~b~: 1=2}     | f{~a~:1} g{~b~:2}",
                "0+f 1+g 1={~b~: 0={~a~: 1=2} 0=1}     | f{~a~:1} g{~b~:2}",
                "0+f 1+g 1={} 0={}                    | f{} g{}",
                "0+f 1+g 2+h 2={} 0={ 1={} 0=}        | f{} g{} h{}",
                "0+f 1+g 0={} 2+h 1={} 2={}           | f{} g{} h{}",
                "0+f 1+g 0={} text:Hi 1={}            | f{} g{} text:Hi",
                "0+f 1+g 2+h                          | f{} g{} h{}",
                "0+f 1+g 1={}                         | f{} g{}",
                // something between them
                "0+f 0={~a~: text:Hi 1+g 1={} 0=1}    | f{~a~:1} text:Hi g{}",
                "0+f 0={~a~: think:Hm text:Hi 0=1}    | f{~a~:1} reasoning:Hm text:Hi",
                "0+f text:Hi 0={} text:!             | f{} text:Hi!",
                "think:Hm 0+f&1+g text:Hi 1={} 0={}  | reasoning:Hm f{} g{} text:Hi",
                // a name that comes late
                "0?-&1+g 1={~b~:2} 0!f 0={}           | f{} g{~b~:2}",
                "0+f&1?- 1={~b~: 0={} text:Hi 1!g 1=2} | f{} g{~b~:2} text:Hi",
                // pieces of the arguments before the name, and before the id
                "0={~a~: 0+f 0=1}                      | f{~a~:1}",
                "0={~a~: 0=1 0=} 0+f                   | f{~a~:1}",
                "0={~a~:&0+f 0=1}                      | f{~a~:1}",
                "0={~a~: 1={~b~: 0+f 1+g 1=2} 0=1}     | f{~a~:1} g{~b~:2}",
                "0={~a~: 1={~b~: 1+g 0+f 1=2} 0=1}     | f{~a~:1} g{~b~:2}",
                "0={~a~: 1+g 1={~b~:2} text:Hi 0+f 0=1} | f{~a~:1} g{~b~:2} text:Hi",
                "0+f 1={~b~: 0={~a~:1} text:Hi 1+g 1=2} | f{~a~:1} g{~b~:2} text:Hi",
                "0={} think:Hm 0+f text:Hi             | f{} reasoning:Hm text:Hi",
                "text:Hi 0={~a~: 0?- 0=1} 0!f          | text:Hi f{~a~:1}",
                "0?-&1+g&2+h 2={} 1={} 0={} 0!f        | f{} g{} h{}",
                "0/ls 0*sh 0/ps                        | shlsps",
                // nothing of a call
                "0= 1+g 1={}                           | g{}",
                // free text has no end that can be seen
                "0*sh&1*sh 1/ls 0/ps 1/x 0/y         | shpsy shlsx",
                // a call without arguments
                "0+f&1+g 1={}                        | f{} g{}",
                "0+f text:Hi                         | f{} text:Hi",
                // a scalar may go on
                "0+f 0=1 1+g 1={} 0=2                | f12 g{}",
                "0+f 0={} 0+f 1+g 1={}               | f{} g{}",
            })
    void blocks_come_one_after_another_and_whole(String pieces, String expected) {
        Told told = told(pieces, "tool_calls");
        assertThat(told.failure).isNull();
        assertThat(told.blocks).containsExactly(expected.replace('~', '"').split(" "));
        assertThat(told.reason).isEqualTo("tool_calls");
    }

    @Test
    void what_waits_is_told_as_soon_as_it_can_be() {
        Told told = told("0+f&1+g 1={~b~: 0={~a~:1} 1=2", null);
        assertThat(told.blocks).containsExactly("f{\"a\":1}", "g{\"b\":2");
        assertThat(told.open).as("the second call is open").isNotNull();
        assertThat(told.failure).as("the stream broke off").isNotNull();
    }

    @Test
    void what_waits_has_a_limit() {
        String much = "x".repeat(1 << 20);
        Told some = told("0+f 1+g 1=" + much + " 1=" + much + " 0={}", "tool_calls");
        assertThat(some.failure).isNull();
        assertThat(some.blocks).containsExactly("f{}", "g" + much + much);
        Told more = told("0+f 1+g" + (" 1=" + much).repeat(9), "tool_calls");
        assertThat(more.failure.error().message()).contains("more than 16 MiB", "a tool call that came earlier");
        Told texts = told("0+f" + (" text:" + much).repeat(9), "tool_calls");
        assertThat(texts.failure).isNotNull();
        Told open = told("0+f" + (" 0=" + much).repeat(40), "tool_calls");
        assertThat(open.failure).as("nothing waits").isNull();
    }

    @Test
    void of_an_answer_that_was_cut_the_calls_that_are_not_whole_are_marked() {
        Told told = told("0+f&1+g&2+h 2={} 1={ 0={~a~: text:Hi", "length");
        assertThat(told.blocks).containsExactly("f{\"a\":", "g{", "h{}", "text:Hi");
        assertThat(told.cut).containsExactly("f", "g", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0={}", "0+f 0={} 1={}", "text:Hi 0={ 1+g 0=}", "0/ls"})
    void a_call_that_never_gets_a_name_is_the_providers_failure(String pieces) {
        for (String reason : new String[] {"tool_calls", null}) {
            Told told = told(pieces + (reason == null ? " [DONE]" : ""), reason);
            assertThat(told.failure.error().message())
                    .isEqualTo("The provider's answer calls a function without a name.");
            assertThat(told.reason).isNull();
        }
    }

    /** As they are kept, they take several times what they take as text. */
    @Test
    void log_probabilities_count_while_they_wait_for_what_they_take() {
        String token = "{'token':'a','logprob':-0.25,'bytes':[97,98],'top_logprobs':[%s]}";
        String top = token.formatted("").replace(",'top_logprobs':[]", "");
        String logprobs = token.formatted(String.join(",", Collections.nCopies(20, top)));
        assertThat(piecesUntilTooMuch("")).isGreaterThan(10_000);
        assertThat(piecesUntilTooMuch(logprobs)).isBetween(1_000, 2_500); // of some 8 kB each
    }

    private static int piecesUntilTooMuch(String logprobs) {
        ChatStream stream = new ChatStream(new Told());
        stream.send(delta("0+f"), null);
        int pieces = 0;
        while (stream.failure == null && pieces < 50_000) {
            stream.sendData(ChatStream.json(delta("text:a"), null)
                    .replace(
                            "\"finish_reason\"",
                            "\"logprobs\":{\"content\":[" + logprobs.replace('\'', '"') + "]},\"finish_reason\""));
            pieces++;
        }
        return pieces;
    }

    @Test
    void what_waits_for_a_name_has_a_limit() {
        String much = "x".repeat(1 << 20);
        assertThat(told("0={" + (" 0=" + much).repeat(9), null).failure.error().message())
                .contains("more than 16 MiB", "the name of a tool call");
        assertThat(told("0={" + (" text:" + much).repeat(9), null)
                        .failure
                        .error()
                        .message())
                .contains("more than 16 MiB");
        assertThat(told("0={" + (" 0=" + much).repeat(5) + " 0+f" + (" 0=" + much).repeat(40), "stop").failure)
                .as("it waits no more")
                .isNull();
        String filled = " 1=" + much.repeat(4) + " 1+g 2=" + much.repeat(4) + " 2+h";
        assertThat(told("0={" + filled, null).failure.error().message())
                .as("what is known waits, too")
                .contains("more than 16 MiB", "the name of a tool call");
        assertThat(told("0={" + filled.substring(0, filled.indexOf(" 2=")) + " 0+f 0=}", "tool_calls").failure)
                .isNull();
        assertThat(told("0={ 1=" + much.repeat(4) + "&1+g 0+f 0=}" + (" 3=" + much).repeat(4) + " 3+k", "tool_calls")
                        .failure)
                .as("what waited is not counted any more")
                .isNull();
    }

    /** Whatever stands beside the name and the arguments waits, too. */
    @Test
    void other_members_of_a_call_count_while_they_wait() {
        ChatStream stream = new ChatStream(new Told());
        String much = "x".repeat(1 << 20);
        for (int i = 0; i < 9; i++) {
            stream.send("'tool_calls':[{'index':0,'k" + i + "':'" + much + "'}]", null);
        }
        assertThat(stream.failure.error().message()).contains("more than 16 MiB", "the name of a tool call");
        ChatStream same = new ChatStream(new Told());
        for (int i = 0; i < 40; i++) {
            same.send("'tool_calls':[{'index':0,'k':'" + much + "'}]", null);
        }
        assertThat(same.failure).as("one takes the place of the other").isNull();
    }

    private static final class Told implements AnswerSink {
        private final List<String> blocks = new ArrayList<>();
        private final List<String> cut = new ArrayList<>();
        private Block open;
        private Failure failure;
        private String reason;

        @Override
        public void begin(Head head) {}

        @Override
        public void open(Block block) {
            assertThat(open).isNull();
            open = block;
            boolean call = block.kind() == Block.Kind.CALL;
            assertThat(block.id()).startsWith(call ? "id" : "");
            blocks.add(call ? block.name() : block.kind().name().toLowerCase(Locale.ROOT) + ":");
        }

        @Override
        public void more(Block block, String text, JsonNode logprobs) {
            assertThat(block).isSameAs(open);
            blocks.set(blocks.size() - 1, blocks.get(blocks.size() - 1) + text);
        }

        @Override
        public void close(Block block) {
            assertThat(block).isSameAs(open);
            open = null;
            if (block.isCut()) {
                cut.add(block.name());
            }
        }

        @Override
        public void finish(int choice, String why) {
            assertThat(open).isNull();
            reason = why;
        }

        @Override
        public void end(UsageDetails usage) {}
    }
}

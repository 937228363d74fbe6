package dev.loom.gateway.provider.anthropic;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Pieces of Anthropic's streams and of OpenAI's messages, right ones and wrong ones, in any combination. */
final class AnthropicJsonSamples {

    private AnthropicJsonSamples() {}

    static Arbitrary<String> events() {
        Arbitrary<String> index = Arbitraries.of("0", "1", "2", "'x'", "null");
        Arbitrary<String> started = Combinators.combine(index, blocks())
                .as((i, block) -> "{'type':'content_block_start','index':" + i + ",'content_block':" + block + "}");
        Arbitrary<String> changed = Combinators.combine(index, deltas())
                .as((i, delta) -> "{'type':'content_block_delta','index':" + i + ",'delta':" + delta + "}");
        Arbitrary<String> stopped = index.map(i -> "{'type':'content_block_stop','index':" + i + "}");
        return Arbitraries.oneOf(started, changed, stopped, others()).map(Claude::quoted);
    }

    static Arbitrary<String> messages() {
        Arbitrary<String> role =
                Arbitraries.of("'user'", "'assistant'", "'system'", "'developer'", "'tool'", "'x'", "null");
        Arbitrary<String> content = Arbitraries.of(
                "null",
                "''",
                "'Hü'",
                "7",
                "[]",
                "[{}]",
                "[null]",
                "[{'type':'text','text':'a'},{'type':'text'}]",
                "[{'type':'image_url','image_url':'https://x'}]",
                "[{'type':'image_url','image_url':{'url':'data:image/png;base64,AAA='}}]",
                "[{'type':'file','file':{}}]");
        Arbitrary<String> more = Arbitraries.of(
                "",
                ",'tool_call_id':'a b'",
                ",'tool_calls':[{'id':'a','function':{'name':'f','arguments':'{}'}}]",
                ",'tool_calls':{'a':1}",
                ",'tool_calls':[null]",
                ",'thinking_blocks':[{'type':'thinking','signature':'s'},7]",
                ",'refusal':'No'");
        return Combinators.combine(role, content, more)
                .as((r, c, m) -> "{'role':" + r + ",'content':" + c + m + "}")
                .map(Claude::quoted)
                .list()
                .ofMinSize(1)
                .ofMaxSize(5)
                .map(messages -> String.join(",", messages));
    }

    private static Arbitrary<String> blocks() {
        return Arbitraries.of(
                "{'type':'text','text':''}",
                "{'type':'text','text':null}",
                "{'type':'tool_use','id':'t','name':'f','input':{}}",
                "{'type':'tool_use'}",
                "{'type':'tool_use','id':'u','name':'json_answer','input':{'a':1}}",
                "{'type':'thinking','thinking':'','signature':''}",
                "{'type':'redacted_thinking','data':'d'}",
                "{'type':'web_search_tool_result','content':[]}",
                "null");
    }

    private static Arbitrary<String> deltas() {
        return Arbitraries.of(
                "{'type':'text_delta','text':'Hü'}",
                "{'type':'input_json_delta','partial_json':''}",
                "{'type':'input_json_delta','partial_json':'{}'}",
                "{'type':'thinking_delta','thinking':'Hm'}",
                "{'type':'signature_delta','signature':'s'}",
                "{'type':'citations_delta','citation':{}}",
                "7");
    }

    private static Arbitrary<String> others() {
        return Arbitraries.of(
                "{'type':'message_start','message':{'id':'msg_1','model':'x','usage':{'input_tokens':1}}}",
                "{'type':'message_start','message':{'id':7,'model':null,'usage':{'input_tokens':-1}}}",
                "{'type':'message_start'}",
                "{'type':'message_delta','delta':{'stop_reason':'tool_use'},'usage':{'output_tokens':3}}",
                "{'type':'message_delta','delta':{'stop_reason':'refusal'},'usage':{'output_tokens':1e400}}",
                "{'type':'message_delta','usage':7}",
                "{'content':[{'type':'text','text':'Hi'},{'type':'tool_use','input':7}],'stop_reason':'refusal'}",
                "{'content':[null,7,{'type':'thinking','thinking':7}],'usage':{'output_tokens':'x'}}",
                "{'type':'ping'}",
                "{'type':7}");
    }
}

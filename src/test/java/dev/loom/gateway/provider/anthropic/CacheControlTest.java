package dev.loom.gateway.provider.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class CacheControlTest {

    private static final String MARK = "'cache_control':{'type':'ephemeral','ttl':'1h'}";
    private static final String USER = "{'role':'user','content':'Hi'}";
    private static final String CALL = "{'role':'assistant','tool_calls':[{'id':'c','type':'function',"
            + "'function':{'name':'f','arguments':'{}'}%s}]}";

    private static JsonNode body(String... messages) {
        return Claude.body(Claude.talking(String.join(",", messages), ""), Claude.OPUS_4_8);
    }

    private static JsonNode mark() {
        return Claude.json("{" + MARK + "}").path("cache_control");
    }

    @Test
    void the_mark_of_a_part_is_kept() {
        JsonNode body =
                body("{'role':'user','content':[{'type':'text','text':'A'," + MARK + "},{'type':'text','text':'B'}]}");
        assertThat(body.at("/messages/0/content/0/cache_control")).isEqualTo(mark());
        assertThat(body.at("/messages/0/content/1").has("cache_control")).isFalse();
    }

    @Test
    void cache_control_of_a_message_goes_to_its_last_block() {
        JsonNode body = body(
                "{'role':'system','content':'S'," + MARK + "}",
                "{'role':'user','content':[{'type':'text','text':'A'},{'type':'text','text':'B'}]," + MARK + "}",
                "{'role':'assistant','content':'C'," + MARK + "}",
                USER);
        assertThat(body.at("/system/0/cache_control")).isEqualTo(mark());
        assertThat(body.at("/messages/0/content/0").has("cache_control")).isFalse();
        assertThat(body.at("/messages/0/content/1/cache_control")).isEqualTo(mark());
        assertThat(body.at("/messages/1/content/0/cache_control")).isEqualTo(mark());
    }

    @Test
    void the_mark_of_a_part_counts_before_that_of_its_message() {
        JsonNode body = body("{'role':'user','content':[{'type':'text','text':'A'," + MARK
                + "}],'cache_control':{'type':'ephemeral'}}");
        assertThat(body.at("/messages/0/content/0/cache_control")).isEqualTo(mark());
    }

    @Test
    void cache_control_inside_a_tools_result_goes_to_the_result() {
        String result = "{'role':'tool','tool_call_id':'c','content':%s}";
        JsonNode onMessage = body(USER, CALL.formatted(""), result.formatted("'1'," + MARK));
        assertThat(onMessage.at("/messages/2/content/0/cache_control")).isEqualTo(mark());
        JsonNode onPart = body(USER, CALL.formatted(""), result.formatted("[{'type':'text','text':'1'," + MARK + "}]"));
        assertThat(onPart.at("/messages/2/content/0/cache_control")).isEqualTo(mark());
        assertThat(onPart.at("/messages/2/content/0/content/0")).isEqualTo(Claude.json("{'type':'text','text':'1'}"));
    }

    @Test
    void calls_tools_and_their_functions_keep_theirs() {
        JsonNode body = Claude.body(
                Claude.talking(
                        USER + "," + CALL.formatted("," + MARK),
                        "'tools':[{'type':'function','function':{'name':'f'," + MARK + "}},"
                                + "{'type':'function','function':{'name':'g'}," + MARK + "}]"),
                Claude.SONNET_4_5);
        assertThat(body.at("/messages/1/content/0/cache_control")).isEqualTo(mark());
        assertThat(body.at("/tools/0/cache_control")).isEqualTo(mark());
        assertThat(body.at("/tools/1/cache_control")).isEqualTo(mark());
    }

    @Test
    void cache_control_of_the_request_is_kept() {
        assertThat(Claude.body(Claude.asking(MARK), Claude.OPUS_4_8).path("cache_control"))
                .isEqualTo(mark());
    }

    @Test
    void openais_cache_breakpoint_becomes_cache_control_and_its_cache_key_is_dropped() {
        JsonNode body = Claude.body(
                Claude.talking(
                        "{'role':'user','content':[{'type':'text','text':'A',"
                                + "'prompt_cache_breakpoint':{'mode':'explicit'}}]}",
                        "'prompt_cache_key':'k','prompt_cache_retention':'24h'"),
                Claude.OPUS_4_8);
        assertThat(body.at("/messages/0/content/0/cache_control")).isEqualTo(Claude.json("{'type':'ephemeral'}"));
        assertThat(body.has("prompt_cache_key") || body.has("prompt_cache_retention"))
                .isFalse();
    }
}

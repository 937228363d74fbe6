package dev.loom.gateway.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MentionsTest {

    private static List<String> in(String body) {
        return Mentions.in(body.replace('\'', '"').getBytes(UTF_8));
    }

    @Test
    void ids_are_found_wherever_they_stand() {
        assertThat(in("{'a':[{'file_id':'file-1'}],'vector_store_ids':['vs-1','vs-2'],'conversation':{'id':'conv-1'}}"))
                .containsExactlyInAnyOrder("file-1", "vs-1", "vs-2", "conv-1");
        assertThat(in("{'x':{'file_ids':['file-2']}}")).containsExactly("file-2");
    }

    /** JSON lets any letter be written as an escape; nobody is to reach another caller's file so. */
    @Test
    void a_name_that_is_written_with_escapes_is_the_same_name() {
        assertThat(in("{'file\\u005fid':'file-1'}")).containsExactly("file-1");
        assertThat(in("{'\\u0066ile_id':'file-1'}")).containsExactly("file-1");
        assertThat(in("{'conversatio\\u006E':'conv-1'}")).containsExactly("conv-1");
    }

    /** A client sends a history back as it came, and has said in schemas what it likes. */
    @Test
    void what_is_only_said_is_not_asked_for() {
        assertThat(in("{'metadata':{'file_id':'file-1','conversation':'about cars'}}"))
                .isEmpty();
        assertThat(in("{'tools':[{'type':'function','parameters':{'default':{'file_id':'file-1'}}}]}"))
                .isEmpty();
        assertThat(in("{'json_schema':{'schema':{'default':{'file_id':'file-1'}}}}"))
                .isEmpty();
        assertThat(in("{'input':[{'content':[{'annotations':[{'container_id':'cntr-1','file_id':'file-1'}]}]}]}"))
                .isEmpty();
        assertThat(in("{'input':[{'type':'file_search_call','results':[{'file_id':'file-1'}]}]}"))
                .isEmpty();
        assertThat(in("{'input':[{'type':'code_interpreter_call','container_id':'cntr-1'}]}"))
                .isEmpty();
        assertThat(in("{'tools':[{'environment':{'type':'container_reference','container_id':'cntr-1'}}]}"))
                .containsExactly("cntr-1");
    }

    @Test
    void texts_are_no_names() {
        assertThat(in("{'messages':[{'content':'a file_id, \\u00e9 and \\\\u0066'}]}"))
                .isEmpty();
        assertThat(in("{'profile_id':'file-1'}")).isEmpty();
        assertThat(in("")).isEmpty();
        assertThat(in("{'file_id")).isEmpty();
    }
}

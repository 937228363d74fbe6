package dev.loom.gateway.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class CarriedTest {

    private static final ObjectNode NOTE = (ObjectNode) Asked.json("{'calls':{'c':{'x':'\u00ff\u00fe?>'}}}");

    @Test
    void a_note_comes_back_as_it_was() {
        assertThat(Carried.unpack(Carried.pack(NOTE))).isEqualTo(NOTE);
    }

    @Test
    void a_note_is_plain_base64_which_clients_may_decode_and_write_anew() {
        byte[] decoded = Base64.getDecoder().decode(Carried.pack(NOTE));
        assertThat(Carried.unpack(Base64.getUrlEncoder().encodeToString(decoded)))
                .isEqualTo(NOTE);
        assertThat(Carried.unpack(Base64.getUrlEncoder().withoutPadding().encodeToString(decoded)))
                .isEqualTo(NOTE);
    }

    @Test
    void what_others_have_signed_is_no_note() {
        assertThat(Carried.unpack("c2lnbmF0dXJl")).isNull();
        assertThat(Carried.unpack("")).isNull();
    }

    @Test
    void a_damaged_note_says_nothing_but_is_known_as_one() {
        assertThat(Carried.unpack(Carried.pack(NOTE).substring(0, 13))).isEmpty();
        assertThat(Carried.unpack(Carried.pack(NOTE) + "\u00e9")).isEmpty();
    }

    @Test
    void a_request_with_a_note_is_recognised_by_its_bytes() {
        assertThat(Carried.mayBeIn(("{\"data\":\"" + Carried.pack(NOTE) + "\"}").getBytes(UTF_8)))
                .isTrue();
        assertThat(Carried.mayBeIn("{\"data\":\"bG9vbTE\"}".getBytes(UTF_8))).isFalse();
    }
}

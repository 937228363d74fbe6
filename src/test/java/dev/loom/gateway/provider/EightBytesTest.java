package dev.loom.gateway.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Eight bytes at once are seen as each of them would be. */
class EightBytesTest {

    private static final long SEED = 20_261_130;
    private static final int ROUNDS = 20_000;
    private static final byte[] MARKS = ",:{[".getBytes(StandardCharsets.US_ASCII);

    @Test
    void every_byte_counts_as_a_mark_only_if_it_is_one_wherever_it_stands() {
        for (int value = 0; value < 256; value++) {
            for (int place = 0; place < 19; place++) {
                byte[] bytes = "0123456789012345678".getBytes(StandardCharsets.US_ASCII);
                bytes[place] = (byte) value;
                assertThat(Json.marks(bytes, 0, bytes.length)).isEqualTo(isMark((byte) value) ? 1 : 0);
            }
        }
    }

    @Test
    void marks_among_any_other_bytes_are_counted_between_any_two_places() {
        Random random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = bytes(random);
            int from = random.nextInt(bytes.length + 1);
            int to = from + random.nextInt(bytes.length - from + 1);
            int expected = 0;
            for (int i = from; i < to; i++) {
                expected += isMark(bytes[i]) ? 1 : 0;
            }
            assertThat(Json.marks(bytes, from, to)).isEqualTo(expected);
        }
    }

    @Test
    void bytes_are_utf_8_exactly_if_java_decodes_them() {
        Random random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = random.nextBoolean() ? text(random) : bytes(random);
            assertThat(Utf8.isValid(bytes)).isEqualTo(decodes(bytes));
        }
    }

    private static boolean isMark(byte value) {
        return value == MARKS[0] || value == MARKS[1] || value == MARKS[2] || value == MARKS[3];
    }

    /** Marks, their neighbours and any bytes. */
    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(40)];
        random.nextBytes(bytes);
        for (int i = 0; i < bytes.length; i++) {
            if (random.nextBoolean()) {
                bytes[i] = (byte) (MARKS[random.nextInt(MARKS.length)] + random.nextInt(3) - 1);
            }
        }
        return bytes;
    }

    /** Whole characters, now and then cut in the middle of the last one. */
    private static byte[] text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(30); i > 0; i--) {
            text.appendCodePoint(random.nextInt(8) == 0 ? 0x10000 + random.nextInt(1000) : 32 + random.nextInt(200));
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        int length = random.nextInt(4) == 0 ? random.nextInt(bytes.length + 1) : bytes.length;
        return Arrays.copyOf(bytes, length);
    }

    private static boolean decodes(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}

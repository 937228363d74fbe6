package dev.loom.gateway.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Changes an input by chance, below its grammar and along it. */
final class Mutator {

    /** Bytes. Longer inputs find no more, and take longer. */
    private static final int LONGEST = 16 << 10;

    /** What readers stumble over, where a value or a word may stand. */
    private static final List<byte[]> WORDS = words(
            "null",
            "true",
            "0",
            "-1",
            "1.5",
            "1e999",
            "-0",
            "9223372036854775808",
            "2147483648",
            "0.1e-400",
            "\"\"",
            "\"x\"",
            "[]",
            "{}",
            "[null]",
            "[[[[[[]]]]]]",
            "{\"\":{}}",
            "\"\\ud800\"",
            "\"\\u0000\"",
            "\\",
            "\"",
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\n",
            "\r",
            "\r\n\r\n",
            "\0",
            "\uFEFF",
            "\uFFFF",
            "\uD83D\uDE00",
            " ",
            "\t",
            "data:",
            "data: ",
            "event: ",
            ": x\n",
            "[DONE]",
            "NaN",
            "Infinity",
            "${KEY}",
            "${",
            "{{x}}",
            "*a",
            "&a ",
            "!!x ",
            "<<: ",
            "- ",
            "? ",
            "%00",
            "../",
            ";",
            "chunked",
            "Content-Length: 5\r\n",
            "Transfer-Encoding: chunked\r\n",
            "HTTP/1.1",
            "ffffffffffffffff\r\n",
            "0\r\n\r\n",
            "type",
            "index",
            "content",
            "delta",
            "\"index\":-5",
            "\"index\":1000000000",
            "\"content\":[1]",
            "\"usage\":7",
            "\"error\":null",
            "\"model\":3");

    private static final String STRUCTURE = "{}[],:\"\n\r\t ";

    private final Random chance;

    Mutator(Random chance) {
        this.chance = chance;
    }

    private static List<byte[]> words(String... words) {
        return Arrays.stream(words)
                .map(word -> word.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    /** @param other of which a part may be taken */
    byte[] mutate(byte[] input, byte[] other) {
        int from = edge(input);
        int to = Math.min(input.length, from + chance.nextInt(1 + Math.min(64, input.length - from)));
        return switch (chance.nextInt(9)) {
            case 0 -> flipped(input);
            case 1 -> joined(input, from, new byte[0], to);
            case 2 -> joined(input, from, word(), from);
            case 3 -> joined(input, from, word(), to);
            case 4 -> joined(input, from, Arrays.copyOfRange(input, from, to), from);
            case 5 -> joined(input, from, part(other), to);
            case 6 -> Arrays.copyOf(input, from);
            case 7 -> joined(input, from, repeated(word()), from);
            default -> value(input);
        };
    }

    private byte[] word() {
        return WORDS.get(chance.nextInt(WORDS.size()));
    }

    private byte[] part(byte[] other) {
        int from = edge(other);
        return Arrays.copyOfRange(other, from, from + chance.nextInt(1 + Math.min(200, other.length - from)));
    }

    private byte[] repeated(byte[] word) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int times = 1 + chance.nextInt(200); times > 0; times--) {
            all.writeBytes(word);
        }
        return all.toByteArray();
    }

    private byte[] flipped(byte[] input) {
        byte[] changed = input.clone();
        if (changed.length > 0) {
            changed[chance.nextInt(changed.length)] ^= (byte) (1 << chance.nextInt(8));
        }
        return changed;
    }

    /** Another value in the place of one that stands between a colon and what ends it. */
    private byte[] value(byte[] input) {
        int from = edge(input);
        while (from < input.length && input[from] != ':') {
            from++;
        }
        int to = Math.min(input.length, from + 1);
        while (to < input.length && ",}]\n".indexOf(input[to]) < 0) {
            to++;
        }
        return joined(input, Math.min(input.length, from + 1), word(), to);
    }

    /** An index: most of the time one where something begins or ends. */
    private int edge(byte[] input) {
        int index = chance.nextInt(input.length + 1);
        boolean anywhere = chance.nextInt(4) == 0;
        while (!anywhere && index < input.length && STRUCTURE.indexOf(input[index]) < 0) {
            index++;
        }
        return index;
    }

    private static byte[] joined(byte[] input, int from, byte[] middle, int to) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(input, 0, from);
        all.writeBytes(middle);
        all.write(input, to, input.length - to);
        byte[] result = all.toByteArray();
        return result.length > LONGEST ? Arrays.copyOf(result, LONGEST) : result;
    }
}

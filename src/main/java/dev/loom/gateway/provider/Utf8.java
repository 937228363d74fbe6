package dev.loom.gateway.provider;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Whether bytes are UTF-8 to the letter. Jackson also reads longer forms of characters and halves of pairs, so that whoever
 * reads the same bytes strictly finds another key or another name in them.
 */
public final class Utf8 {

    /** Characters that are decoded at once, and then forgotten. */
    private static final int BLOCK = 2048;

    private Utf8() {}

    /** Most bodies are ASCII for long stretches, and cost one look at eight bytes. */
    public static boolean isValid(byte[] bytes) {
        int plain = 0;
        while (plain + Long.BYTES <= bytes.length && EightBytes.areAscii(EightBytes.at(bytes, plain))) {
            plain += Long.BYTES;
        }
        while (plain < bytes.length && bytes[plain] >= 0) {
            plain++;
        }
        return plain == bytes.length || decodes(ByteBuffer.wrap(bytes, plain, bytes.length - plain));
    }

    private static boolean decodes(ByteBuffer bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer block = CharBuffer.allocate(BLOCK);
        while (true) {
            CoderResult result = decoder.decode(bytes, block, true);
            if (result.isError()) {
                return false;
            }
            if (result.isUnderflow()) {
                return true;
            }
            block.clear();
        }
    }

    /** @throws InvalidRequest where a request's body is anything else */
    public static void require(byte[] body) throws InvalidRequest {
        if (!isValid(body)) {
            throw new InvalidRequest(ApiError.invalidRequest("The request body must be UTF-8.", null, null));
        }
    }
}

package dev.loom.gateway.provider.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.InvalidRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A text that is read aloud: silence, a quarter of a second for each word. */
final class Speech {

    /** Hertz; 16 bits, one channel, as OpenAI speaks. */
    private static final int RATE = 24_000;

    private static final int BYTES_PER_WORD = RATE * 2 / 4;
    private static final int MOST_WORDS = 240;
    private static final int WAV_HEAD = 44;

    /** The head of a frame of MPEG-1 Layer III, 128 kbit/s, 44,100 Hz; what follows it is zero, which is silence. */
    private static final int MP3_HEAD = 0xFFFB9000;

    /** Bytes of such a frame, which lasts 26 ms, and frames of a quarter of a second. */
    private static final int MP3_FRAME = 417;

    private static final int MP3_FRAMES_PER_WORD = 10;

    private Speech() {}

    static SimulatedPath.Answer of(JsonNode request) throws InvalidRequest {
        String text = SimulatedPath.required(request, "input").asText();
        int words = Math.min(MOST_WORDS, text.strip().split("\\s+", -1).length);
        String format = request.path("response_format").asText("mp3");
        return switch (format) {
            case "mp3" -> new SimulatedPath.Answer(200, "audio/mpeg", mp3(words));
            case "wav" -> new SimulatedPath.Answer(200, "audio/wav", wav(words));
            case "pcm" -> new SimulatedPath.Answer(200, "audio/pcm", new byte[words * BYTES_PER_WORD]);
            default ->
                throw new InvalidRequest(ApiError.invalidRequest(
                        "The simulator speaks mp3, wav and pcm, not " + format + ".",
                        "response_format",
                        "unsupported_value"));
        };
    }

    private static byte[] mp3(int words) {
        ByteBuffer frames = ByteBuffer.allocate(words * MP3_FRAMES_PER_WORD * MP3_FRAME);
        for (int at = 0; at < frames.capacity(); at += MP3_FRAME) {
            frames.putInt(at, MP3_HEAD);
        }
        return frames.array();
    }

    private static byte[] wav(int words) {
        int bytes = words * BYTES_PER_WORD;
        return ByteBuffer.allocate(WAV_HEAD + bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(ascii("RIFF"))
                .putInt(WAV_HEAD - 8 + bytes)
                .put(ascii("WAVEfmt "))
                .putInt(16)
                .putShort((short) 1)
                .putShort((short) 1)
                .putInt(RATE)
                .putInt(2 * RATE)
                .putShort((short) 2)
                .putShort((short) 16)
                .put(ascii("data"))
                .putInt(bytes)
                .array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

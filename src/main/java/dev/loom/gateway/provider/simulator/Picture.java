package dev.loom.gateway.provider.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Pictures of one pixel, whose colour depends on the prompt alone. */
final class Picture {

    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

    /** One pixel wide and high, 8 bits for each of red, green and blue. */
    private static final byte[] HEAD = {0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0};

    /** As many as OpenAI makes at once. */
    private static final int MOST = 10;

    private Picture() {}

    /** @param request missing for a form, of which nothing is read */
    static SimulatedPath.Answer of(JsonNode request) {
        String png = Base64.getEncoder()
                .encodeToString(png(request.path("prompt").asText().hashCode()));
        boolean url = request.path("response_format").asText().equals("url");
        ObjectNode body = Json.object().put("created", 0);
        ArrayNode data = body.putArray("data");
        int wanted = Math.max(1, Math.min(MOST, request.path("n").asInt(1)));
        for (int i = 0; i < wanted; i++) {
            data.addObject().put(url ? "url" : "b64_json", url ? "data:image/png;base64," + png : png);
        }
        return SimulatedPath.Answer.json(body);
    }

    private static byte[] png(int colour) {
        byte[] row = {0, (byte) (colour >> 16), (byte) (colour >> 8), (byte) colour};
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.writeBytes(SIGNATURE);
        chunk(png, "IHDR", HEAD);
        chunk(png, "IDAT", deflated(row));
        chunk(png, "IEND", new byte[0]);
        return png.toByteArray();
    }

    private static byte[] deflated(byte[] row) {
        Deflater deflater = new Deflater();
        deflater.setInput(row);
        deflater.finish();
        byte[] out = new byte[64];
        int length = deflater.deflate(out);
        deflater.end();
        return ByteBuffer.allocate(length).put(out, 0, length).array();
    }

    private static void chunk(ByteArrayOutputStream png, String type, byte[] data) {
        byte[] typed = ByteBuffer.allocate(4 + data.length)
                .put(type.getBytes(StandardCharsets.US_ASCII))
                .put(data)
                .array();
        CRC32 crc = new CRC32();
        crc.update(typed);
        png.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        png.writeBytes(typed);
        png.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }
}

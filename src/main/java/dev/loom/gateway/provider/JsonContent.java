package dev.loom.gateway.provider;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/** A JSON body in memory, or an empty one. */
public record JsonContent(byte[] bytes) implements Content {

    @Override
    public long length() {
        return bytes.length;
    }

    @Override
    public byte[] json() {
        return bytes;
    }

    @Override
    public String model() {
        return Json.lenient(bytes).path("model").asText("");
    }

    @Override
    public List<Map.Entry<String, String>> fields() {
        return List.of();
    }

    @Override
    public Content withModel(String name) {
        return name.isEmpty() || bytes.length == 0 ? this : new JsonContent(Verbatim.withModel(bytes, name));
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        out.write(bytes);
    }
}

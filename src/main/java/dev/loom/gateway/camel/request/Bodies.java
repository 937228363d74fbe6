package dev.loom.gateway.camel.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.camel.port.Reply;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.EmbeddingsRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.PassedRequest;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.TypeConverter;
import org.apache.camel.spi.TypeConverterRegistry;
import org.apache.camel.support.SimpleTypeConverter;
import org.jspecify.annotations.Nullable;

/**
 * Requests and answers as the bodies of messages. Both are bytes, so that what nobody looks at is never parsed; these
 * converters show them as JSON to whatever step wants to look, and turn what a step has left back into bytes.
 */
public final class Bodies {

    private Bodies() {}

    /** Lets Camel convert requests and answers to what steps ask for. */
    public static void convertIn(CamelContext context) {
        TypeConverterRegistry registry = context.getTypeConverterRegistry();
        for (Class<?> type : List.of(ChatRequest.class, EmbeddingsRequest.class, PassedRequest.class, Reply.class)) {
            add(registry, byte[].class, type, bytes -> bytes);
            add(registry, String.class, type, Bodies::text);
            add(registry, InputStream.class, type, ByteArrayInputStream::new);
            add(registry, Reader.class, type, bytes -> new StringReader(text(bytes)));
            add(registry, ByteBuffer.class, type, ByteBuffer::wrap);
            add(registry, Buffer.class, type, Buffer::buffer);
            add(registry, JsonNode.class, type, Json::lenient);
            add(registry, Map.class, type, bytes -> Json.MAPPER.convertValue(Json.lenient(bytes), Map.class));
        }
    }

    private static <T> void add(
            TypeConverterRegistry registry, Class<T> to, Class<?> from, Function<byte[], T> conversion) {
        registry.addTypeConverter(
                to, from, new SimpleTypeConverter(false, (type, exchange, body) -> conversion.apply(own(body))));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] own(Object body) {
        return body instanceof ApiRequest request ? request.body() : ((Reply) body).body();
    }

    /** What a step has left, as the bytes that it stands for; null if it stands for none. */
    static byte @Nullable [] bytes(Exchange exchange, @Nullable Object body) {
        if (body == null) {
            return null;
        }
        if (body instanceof Map || body instanceof Collection || body instanceof JsonNode) {
            return json(body);
        }
        TypeConverter converter = exchange.getContext().getTypeConverter();
        byte[] bytes = body instanceof String text
                ? text.getBytes(StandardCharsets.UTF_8)
                : converter.tryConvertTo(byte[].class, exchange, body);
        if (bytes != null) {
            return bytes;
        }
        JsonNode node = converter.tryConvertTo(JsonNode.class, exchange, body);
        return node == null ? null : json(node);
    }

    private static byte @Nullable [] json(Object tree) {
        try {
            return Json.MAPPER.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}

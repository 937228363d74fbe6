package dev.loom.gateway.camel.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.port.Reply;
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

    /** Lets Camel convert requests and answers to what steps ask for, and search them. Before routes are loaded. */
    public static void convertIn(CamelContext context) {
        SearchedBodies.in(context);
        convertIn(context, ChatRequest.class, ChatRequest::body);
        convertIn(context, EmbeddingsRequest.class, EmbeddingsRequest::body);
        convertIn(context, PassedRequest.class, PassedRequest::body);
        convertIn(context, Reply.class, Reply::body);
    }

    /** The same for bodies of another type, which are JSON as a rule. */
    public static <F> void convertIn(CamelContext context, Class<F> from, Function<F, byte[]> bytes) {
        TypeConverterRegistry registry = context.getTypeConverterRegistry();
        add(registry, byte[].class, from, bytes);
        add(registry, String.class, from, bytes.andThen(Bodies::text));
        add(registry, InputStream.class, from, bytes.andThen(ByteArrayInputStream::new));
        add(registry, Reader.class, from, bytes.andThen(json -> new StringReader(text(json))));
        add(registry, ByteBuffer.class, from, bytes.andThen(ByteBuffer::wrap));
        add(registry, Buffer.class, from, bytes.andThen(Buffer::buffer));
        add(registry, JsonNode.class, from, bytes.andThen(Json::lenient));
        add(registry, Map.class, from, bytes.andThen(json -> Json.MAPPER.convertValue(Json.lenient(json), Map.class)));
    }

    private static <F, T> void add(
            TypeConverterRegistry registry, Class<T> to, Class<F> from, Function<F, T> conversion) {
        registry.addTypeConverter(
                to, from, new SimpleTypeConverter(false, (type, exchange, body) -> conversion.apply(from.cast(body))));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /**
     * What a step has left, as the bytes that it stands for.
     *
     * @param what it is to be, such as {@code the answer}
     * @throws RequestEnded with 500 if it stands for none
     */
    public static byte[] left(Exchange exchange, String what) throws RequestEnded {
        Object body = exchange.getMessage().getBody();
        byte[] bytes = bytes(exchange, body);
        if (bytes == null) {
            throw StepError.noJson(exchange, body, what);
        }
        return bytes;
    }

    /** What a step has left, as the bytes that it stands for; null if it stands for none. */
    public static byte @Nullable [] bytes(Exchange exchange, @Nullable Object body) {
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
        return node == null || node.isNull() ? null : json(node);
    }

    private static byte @Nullable [] json(Object tree) {
        try {
            return Json.MAPPER.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}

package dev.loom.gateway.provider;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/** The one Jackson mapper, and what the dialects do with it over and over. */
public final class Json {

    /** Characters. More than the longest body that is read, so that a string is never what fails. */
    private static final int LONGEST_STRING = 64 << 20;

    /** Of a tree, at most: for a key with a short text as its value, which has two marks, or for half an empty object. */
    private static final int BYTES_PER_MARK = 80;

    public static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(LONGEST_STRING)
                            .build())
                    // Not by thread: on virtual threads every request would make buffers of its own.
                    .recyclerPool(JsonRecyclerPools.newConcurrentDequePool())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    public static final JsonFactory FACTORY = MAPPER.getFactory();

    private static final ObjectReader STRICT =
            MAPPER.reader().with(StreamReadFeature.STRICT_DUPLICATE_DETECTION.mappedFeature());

    private static final ObjectWriter PLAIN =
            MAPPER.writer().with(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN.mappedFeature());

    private Json() {}

    /**
     * Counts what makes nodes of a tree: what separates values, and what begins them. Commas in texts count, too.
     *
     * @param to the index behind the last byte
     */
    public static int marks(byte[] bytes, int from, int to) {
        int marks = 0;
        int i = from;
        for (; i + Long.BYTES <= to; i += Long.BYTES) {
            long eight = EightBytes.at(bytes, i);
            marks += Long.bitCount(EightBytes.equal(eight, ',')
                    | EightBytes.equal(eight, ':')
                    | EightBytes.equalBut20(eight, '{')); // and [
        }
        for (; i < to; i++) {
            byte b = bytes[i];
            marks += b == ',' || b == ':' || b == '{' || b == '[' ? 1 : 0;
        }
        return marks;
    }

    /**
     * Bytes that a tree takes beside the two times its JSON's length that every body is counted with: nothing for what
     * people and models write, and twenty-five times the length for one of empty objects.
     */
    public static long excess(int marks, int length) {
        return Math.max(0, (long) BYTES_PER_MARK * marks - 2L * length);
    }

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    public static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    public static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@link #bytes}, for people as well: {@code 0.00056} in the place of {@code 5.6E-4}. */
    public static byte[] plainBytes(JsonNode node) {
        try {
            return PLAIN.writeValueAsBytes(plain(node));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode plain(JsonNode node) {
        if (node.isObject()) {
            ObjectNode object = object();
            node.properties().forEach(property -> object.set(property.getKey(), plain(property.getValue())));
            return object;
        }
        if (node.isArray()) {
            ArrayNode array = array();
            node.forEach(item -> array.add(plain(item)));
            return array;
        }
        return node.isDouble() && Double.isFinite(node.doubleValue())
                ? DecimalNode.valueOf(plain(node.decimalValue()))
                : node;
    }

    /** One digit behind the point at least, and no zero that says nothing. */
    private static BigDecimal plain(BigDecimal figure) {
        BigDecimal shortest = figure.stripTrailingZeros();
        return shortest.scale() < 1 ? shortest.setScale(1) : shortest;
    }

    public static String string(JsonNode node) {
        return new String(bytes(node), StandardCharsets.UTF_8);
    }

    /**
     * Parses what a client sent. Of two equal keys, one reader would take the first and another one the last.
     *
     * @throws IOException where it is not one JSON value and nothing else, or a key stands twice
     */
    public static JsonNode strict(byte[] bytes) throws IOException {
        return STRICT.readTree(bytes);
    }

    /**
     * Parses what a provider sent.
     *
     * @return a missing node where it is not one JSON value and nothing else; never throws
     */
    public static JsonNode lenient(byte[] bytes) {
        try {
            return MAPPER.readTree(bytes);
        } catch (IOException e) {
            return MAPPER.missingNode();
        }
    }
}

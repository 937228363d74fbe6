package dev.loom.gateway.provider;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A number in a JSON object that is lowered, or set where there is none. Every other byte stays as it was. */
public final class JsonBound {

    /** Text in the place of {@code [start, end)}. */
    private record Edit(int start, int end, String text) {}

    private final JsonParser parser;
    private final int most;
    private final List<Edit> edits = new ArrayList<>();

    private JsonBound(JsonParser parser, int most) {
        this.parser = parser;
        this.most = most;
    }

    /**
     * The object with no larger number at this place.
     *
     * @param path keys from the outside in, each in all its spellings; the first of them is written where none stands
     */
    public static byte[] in(byte[] object, int most, List<List<String>> path) {
        try (JsonParser parser = Json.FACTORY.createParser(object)) {
            JsonBound bound = new JsonBound(parser, most);
            parser.nextToken();
            bound.object(path);
            return bound.edited(object);
        } catch (IOException e) {
            throw new IllegalStateException("It has been read before", e);
        }
    }

    /** The parser stands at the opening brace, and afterwards at the closing one. */
    private void object(List<List<String>> path) throws IOException {
        int begin = (int) parser.currentLocation().getByteOffset();
        boolean found = false;
        boolean empty = true;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            empty = false;
            boolean wanted = path.get(0).contains(parser.currentName());
            found |= wanted;
            JsonToken token = parser.nextToken();
            if (!wanted) {
                parser.skipChildren();
            } else if (path.size() > 1 && token == JsonToken.START_OBJECT) {
                object(path.subList(1, path.size()));
            } else {
                value(token, path);
            }
        }
        if (!found) {
            edits.add(new Edit(begin, begin, written(path) + (empty ? "" : ",")));
        }
    }

    private void value(JsonToken token, List<List<String>> path) throws IOException {
        int start = (int) parser.currentTokenLocation().getByteOffset();
        boolean number = path.size() == 1 && (token.isNumeric() || token == JsonToken.VALUE_STRING);
        boolean within = number && parser.getValueAsDouble(Double.MAX_VALUE) <= most;
        parser.skipChildren();
        parser.finishToken();
        if (!within) {
            String inner =
                    path.size() == 1 ? Integer.toString(most) : "{" + written(path.subList(1, path.size())) + "}";
            edits.add(new Edit(start, (int) parser.currentLocation().getByteOffset(), inner));
        }
    }

    private String written(List<List<String>> path) {
        String key = "\"" + path.get(0).get(0) + "\":";
        return path.size() == 1 ? key + most : key + "{" + written(path.subList(1, path.size())) + "}";
    }

    private byte[] edited(byte[] object) {
        edits.sort((one, other) -> Integer.compare(one.start(), other.start()));
        ByteArrayOutputStream out = new ByteArrayOutputStream(object.length + 64);
        int from = 0;
        for (Edit edit : edits) {
            out.write(object, from, edit.start() - from);
            out.writeBytes(edit.text().getBytes(StandardCharsets.UTF_8));
            from = edit.end();
        }
        out.write(object, from, object.length - from);
        return out.toByteArray();
    }
}

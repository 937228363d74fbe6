package dev.loom.gateway.camel.port;

import dev.loom.gateway.provider.Content;
import dev.loom.gateway.provider.InvalidRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request body in a file, of which only the name of the model is known, where it is a form that has one.
 *
 * @param size bytes of the file
 * @param start of the model's name in the file, as {@code end}; both 0 where there is none
 * @param other what is written in the place of it
 */
public record FileContent(
        Path file, long size, long start, long end, String model, byte[] other, List<Map.Entry<String, String>> fields)
        implements Content {

    /** Of which a text begins that is JSON, in any encoding; before it may stand a mark of the encoding. */
    private static final Pattern JSON = Pattern.compile("[\\s\\x00\\xef\\xbb\\xbf\\xfe\\xff]*[{\\[].*", Pattern.DOTALL);

    /** Characters, as many as an id has at most. */
    private static final int LONGEST_FIELD = 512;

    /** Bytes in which it is found. */
    private static final int BEGINNING = 1024;

    /**
     * A body that has come as a whole.
     *
     * @param type of its content, as the client has said
     * @throws InvalidRequest if it is a form that can be read in more ways than one
     */
    public static FileContent of(Path file, @Nullable String type) throws InvalidRequest {
        try (FileChannel channel = FileChannel.open(file)) {
            List<Map.Entry<String, String>> fields = new ArrayList<>();
            FormField model = FormField.model(channel, type, (name, text) -> {
                if (text.length() <= LONGEST_FIELD) {
                    fields.add(Map.entry(name, text));
                }
            });
            return model == null
                    ? new FileContent(file, channel.size(), 0, 0, "", new byte[0], fields)
                    : new FileContent(
                            file,
                            channel.size(),
                            model.start(),
                            model.end(),
                            model.value(),
                            model.value().getBytes(StandardCharsets.UTF_8),
                            fields);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether whoever reads it may take it for JSON, whatever it is called. */
    public boolean looksLikeJson() {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] begun = in.readNBytes(BEGINNING);
            return JSON.matcher(new String(begun, StandardCharsets.ISO_8859_1)).matches();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public long length() {
        return size - (end - start) + other.length;
    }

    @Override
    public byte @Nullable [] json() {
        return null;
    }

    @Override
    public Content withModel(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return end == 0 || name.isEmpty() ? this : new FileContent(file, size, start, end, name, bytes, fields);
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            WritableByteChannel to = Channels.newChannel(out);
            copy(channel, 0, start, to);
            out.write(other);
            copy(channel, end, size, to);
        }
    }

    private static void copy(FileChannel from, long start, long end, WritableByteChannel to) throws IOException {
        for (long at = start; at < end; ) {
            at += from.transferTo(at, Math.min(64 << 10, end - at), to);
        }
    }
}

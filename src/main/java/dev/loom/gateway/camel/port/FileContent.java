package dev.loom.gateway.camel.port;

import dev.loom.gateway.provider.Content;
import dev.loom.gateway.provider.InvalidRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A request body in a file, of which only the name of the model is known, where it is a form that has one.
 *
 * @param size bytes of the file
 * @param start of the model's name in the file, as {@code end}; both 0 where there is none
 * @param other what is written in the place of it
 */
public record FileContent(Path file, long size, long start, long end, String model, byte[] other) implements Content {

    /**
     * A body that has come as a whole.
     *
     * @param type of its content, as the client has said
     * @throws InvalidRequest if it is a form that can be read in more ways than one
     */
    public static FileContent of(Path file, @Nullable String type) throws InvalidRequest {
        try (FileChannel channel = FileChannel.open(file)) {
            FormField model = FormField.model(channel, type);
            return model == null
                    ? new FileContent(file, channel.size(), 0, 0, "", new byte[0])
                    : new FileContent(
                            file,
                            channel.size(),
                            model.start(),
                            model.end(),
                            model.value(),
                            model.value().getBytes(StandardCharsets.UTF_8));
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
        return end == 0 || name.isEmpty() ? this : new FileContent(file, size, start, end, name, bytes);
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

package dev.loom.gateway.config.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads a file that somebody has put there. Only a regular one, for a pipe and some devices never end; and none above a limit,
 * for memory ends. Links are followed.
 */
public final class UserFile {

    /** Some ten times what the largest real configuration has, and little beside the smallest heap. */
    private static final int MOST_BYTES = 4 << 20;

    private static final int MB = 1 << 20;

    private UserFile() {}

    /** The file is there, but is not to be read; the message says why, for whoever knows which file it is. */
    public static final class Unfit extends IOException {
        Unfit(String message) {
            super(message);
        }
    }

    /** @throws Unfit if it is no regular file, or too large; also if it grows beyond the limit meanwhile */
    public static byte[] read(Path file) throws IOException {
        check(file);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            checkSize(bytes.length);
            return bytes;
        }
    }

    /** @throws Unfit as {@link #read} */
    public static void check(Path file) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new Unfit(
                    "this is no regular file, but a " + (Files.isDirectory(file) ? "directory" : "pipe or a device")
                            + "; put a file here, or a link to one");
        }
        checkSize(Files.size(file));
    }

    /** @throws Unfit as {@link #read}, or if it is no text in UTF-8 */
    public static String text(Path file) throws IOException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(read(file)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Unfit("this file is not UTF-8 text; save it as UTF-8");
        }
    }

    private static void checkSize(long bytes) throws Unfit {
        if (bytes > MOST_BYTES) {
            throw new Unfit(
                    "this file has " + (bytes + MB - 1) / MB + " MB; at most " + MOST_BYTES / MB + " MB are read");
        }
    }
}

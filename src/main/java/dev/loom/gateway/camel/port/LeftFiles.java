package dev.loom.gateway.camel.port;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Temporary files of {@link BodyFile}: whose they are can be seen in their names, when that process has been killed. */
public final class LeftFiles {

    private static final Logger LOG = LoggerFactory.getLogger(LeftFiles.class);

    /** Within which a process's id means one process: containers number theirs by themselves. */
    private static final String NAMESPACE = namespace();

    /** Before what the system makes of a file's name. */
    static final String PREFIX =
            "loom-" + NAMESPACE + "-" + ProcessHandle.current().pid() + "-";

    static final String SUFFIX = ".body";

    private static final Pattern NAME = Pattern.compile("loom-(\\d{1,18})-(\\d{1,18})-\\d+\\.body");

    /** An upload that is under way is written all the time, or its provider is waited for: no timeout is as long. */
    private static final Duration LONGEST = Duration.ofHours(1);

    private LeftFiles() {}

    /** On Linux; elsewhere all processes have one. */
    private static String namespace() {
        try {
            String link = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
            return link.replaceAll("\\D", "");
        } catch (IOException | UnsupportedOperationException e) {
            return "0";
        }
    }

    /** Deletes what processes that were killed have left in this folder. */
    public static void clear(Path folder, Instant now) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "loom-*" + SUFFIX)) {
            for (Path file : files) {
                clearOne(file, now);
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.warn(
                    "{} cannot be searched for uploads that a killed process has left there: {}", folder, e.toString());
        }
    }

    private static void clearOne(Path file, Instant now) {
        try {
            if (isLeft(file, now)) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            LOG.warn("{} was left by a killed process and cannot be deleted: {}", file, e.toString());
        }
    }

    private static boolean isLeft(Path file, Instant now) throws IOException {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (!name.matches()) {
            return false;
        }
        boolean knownToBeGone = name.group(1).equals(NAMESPACE)
                && ProcessHandle.of(Long.parseLong(name.group(2))).isEmpty();
        Instant written = Files.getLastModifiedTime(file).toInstant();
        return knownToBeGone || written.isBefore(now.minus(LONGEST));
    }
}

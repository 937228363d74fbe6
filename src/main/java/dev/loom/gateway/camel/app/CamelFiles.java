package dev.loom.gateway.camel.app;

import dev.loom.gateway.camel.port.InvalidConfiguration;
import dev.loom.gateway.config.yaml.UserFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Properties;
import org.apache.camel.main.MainConfigurationProperties;
import org.apache.camel.main.SSLConfigurationProperties;
import org.jspecify.annotations.Nullable;

/**
 * Files that Camel reads at the start, by itself: it would wait for a pipe for ever, and says of others what a library says of
 * their bytes. So they are read here first.
 */
final class CamelFiles {

    private static final String FILE = "file:";
    private static final String CLASSPATH = "classpath:";

    private CamelFiles() {}

    /**
     * Camel's settings.
     *
     * @throws InvalidConfiguration if they cannot be read
     */
    static Properties settings(String location) {
        Properties properties = new Properties();
        try {
            byte[] bytes = location.startsWith(CLASSPATH) ? packaged(location) : UserFile.read(Path.of(path(location)));
            if (hasZero(bytes)) {
                throw new InvalidConfiguration(path(location) + ": this file is no text; write lines of key=value");
            }
            properties.load(new ByteArrayInputStream(bytes));
            return properties;
        } catch (NoSuchFileException e) {
            throw new InvalidConfiguration(path(location) + ": this file does not exist");
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidConfiguration(path(location) + ": " + e.getMessage());
        }
    }

    private static byte[] packaged(String location) throws IOException {
        try (InputStream in = CamelFiles.class.getResourceAsStream("/" + location.substring(CLASSPATH.length()))) {
            return in == null ? new byte[0] : in.readAllBytes();
        }
    }

    private static boolean hasZero(byte[] bytes) {
        for (byte b : bytes) {
            if (b == 0) {
                return true;
            }
        }
        return false;
    }

    private static String path(String location) {
        return location.startsWith(FILE) ? location.substring(FILE.length()) : location;
    }

    /** @throws InvalidConfiguration if a key store of {@code camel.ssl} is a file that cannot be used */
    static void checkKeyStores(MainConfigurationProperties main) {
        SSLConfigurationProperties tls = main.sslConfig();
        if (tls.isEnabled()) {
            check("keyStore", tls.getKeyStore(), tls.getKeyStoreType(), tls.getKeystorePassword());
            check("trustStore", tls.getTrustStore(), null, tls.getTrustStorePassword());
        }
    }

    /** What is no file may be on the class path, or a bean. */
    private static void check(
            String setting, @Nullable String location, @Nullable String type, @Nullable String password) {
        if (location == null || !Files.exists(Path.of(path(location)))) {
            return;
        }
        try {
            KeyStore store = KeyStore.getInstance(type == null ? KeyStore.getDefaultType() : type);
            store.load(
                    new ByteArrayInputStream(UserFile.read(Path.of(path(location)))),
                    password == null ? null : password.toCharArray());
        } catch (UserFile.Unfit e) {
            throw new InvalidConfiguration("camel.ssl." + setting + "=" + location + ": " + e.getMessage());
        } catch (IOException | GeneralSecurityException e) {
            throw new InvalidConfiguration("camel.ssl." + setting + "=" + location
                    + ": this key store cannot be opened (" + e.getMessage() + "); check the file and its password");
        }
    }
}

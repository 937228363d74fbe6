package dev.loom.gateway.testing;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Self-signed certificates, made by the JDK's own keytool for the length of a test. */
public final class TestCertificates {

    private static final char[] PASSWORD = "changeit".toCharArray();

    private final Path directory;

    public TestCertificates(Path directory) {
        this.directory = directory;
    }

    /** A key pair and a certificate that names this host. */
    public Identity make(String name, String subjectAlternativeName) throws Exception {
        Path store = directory.resolve(name + ".p12");
        keytool(List.of(
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=" + subjectAlternativeName,
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD)));
        return new Identity(name, store);
    }

    /** Of every store that is made here. */
    public static String password() {
        return new String(PASSWORD);
    }

    private void keytool(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("keytool.log").toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new IOException(Files.readString(directory.resolve("keytool.log")));
        }
    }

    /** One key pair with its certificate, as Java and as PEM files. */
    public final class Identity {

        private final String name;
        private final KeyStore store;

        public Identity(String name, Path file) throws GeneralSecurityException, IOException {
            this.name = name;
            this.store = KeyStore.getInstance("PKCS12");
            try (FileInputStream in = new FileInputStream(file.toFile())) {
                store.load(in, PASSWORD);
            }
        }

        /** The key and its certificate, as PKCS #12. */
        public Path keyStore() {
            return directory.resolve(name + ".p12");
        }

        /** The certificate alone, as PKCS #12. */
        public Path trustStore() throws GeneralSecurityException, IOException {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(name, certificateItself());
            Path file = directory.resolve(name + "-trusted.p12");
            try (OutputStream out = Files.newOutputStream(file)) {
                trusted.store(out, PASSWORD);
            }
            return file;
        }

        public Path certificate() throws GeneralSecurityException, IOException {
            return pem("CERTIFICATE", ".crt", store.getCertificate(name).getEncoded());
        }

        public Path key() throws GeneralSecurityException, IOException {
            return pem("PRIVATE KEY", ".key", store.getKey(name, PASSWORD).getEncoded());
        }

        private Path pem(String type, String suffix, byte[] der) throws IOException {
            String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                    .encodeToString(der);
            return Files.writeString(
                    directory.resolve(name + suffix),
                    "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n");
        }

        /** For a server that shows this certificate, and trusts the other where it is not null. */
        public SSLContext server(Identity trusted) throws GeneralSecurityException, IOException {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, PASSWORD);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            KeyStore trustStore = KeyStore.getInstance("PKCS12");
            trustStore.load(null, null);
            Certificate certificate = (trusted == null ? this : trusted).certificateItself();
            trustStore.setCertificateEntry("trusted", certificate);
            trust.init(trustStore);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        }

        private Certificate certificateItself() throws GeneralSecurityException {
            return store.getCertificate(name);
        }
    }
}

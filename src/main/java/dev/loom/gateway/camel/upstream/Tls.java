package dev.loom.gateway.camel.upstream;

import dev.loom.gateway.config.TlsConfig;
import dev.loom.gateway.config.yaml.UserFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.ssl.SSLContextBuilder;

/** TLS towards a provider, from the PEM files that the user named. */
final class Tls {

    private static final char[] NO_PASSWORD = {};

    private Tls() {}

    /** @throws IllegalArgumentException naming the file that cannot be used */
    static TlsSocketStrategy strategy(TlsConfig tls) {
        try {
            SSLContextBuilder context = SSLContextBuilder.create();
            if (tls.insecure()) {
                context.loadTrustMaterial(null, (chain, authType) -> true);
            } else if (tls.caFile() != null) {
                context.loadTrustMaterial(trusted(tls.caFile()), null);
            }
            if (tls.certFile() != null && tls.keyFile() != null) {
                context.loadKeyMaterial(identity(tls.certFile(), tls.keyFile()), NO_PASSWORD);
            }
            ClientTlsStrategyBuilder strategy =
                    ClientTlsStrategyBuilder.create().setSslContext(context.build());
            if (tls.insecure()) {
                // Java's own check of the host name would stand otherwise.
                strategy.setHostVerificationPolicy(HostnameVerificationPolicy.CLIENT)
                        .setHostnameVerifier(NoopHostnameVerifier.INSTANCE);
            }
            return strategy.buildClassic();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException("The tls files cannot be used: " + e.getMessage(), e);
        }
    }

    /** When the files were last changed. */
    static List<FileTime> times(TlsConfig tls) {
        List<FileTime> times = new ArrayList<>();
        for (Path file : Arrays.asList(tls.caFile(), tls.certFile(), tls.keyFile())) {
            if (file != null) {
                times.add(time(file));
            }
        }
        return times;
    }

    private static FileTime time(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }

    private static KeyStore trusted(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = emptyStore();
        int number = 0;
        for (Certificate certificate : certificates(file)) {
            store.setCertificateEntry("ca-" + number++, certificate);
        }
        return store;
    }

    private static KeyStore identity(Path certFile, Path keyFile) throws IOException, GeneralSecurityException {
        KeyStore store = emptyStore();
        Certificate[] chain = certificates(certFile).toArray(new Certificate[0]);
        store.setKeyEntry("client", privateKey(keyFile), NO_PASSWORD, chain);
        return store;
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Collection<? extends Certificate> certificates(Path file)
            throws IOException, GeneralSecurityException {
        InputStream in = new ByteArrayInputStream(read(file));
        try {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (!certificates.isEmpty()) {
                return certificates;
            }
        } catch (CertificateException e) {
            // What the library says of it names no file.
        }
        throw new IOException(file + " holds no certificate in PEM (BEGIN CERTIFICATE)");
    }

    private static byte[] read(Path file) throws IOException {
        try {
            return UserFile.read(file);
        } catch (UserFile.Unfit e) {
            throw new IOException(file + ": " + e.getMessage());
        }
    }

    private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
        String pem = new String(read(file), StandardCharsets.US_ASCII);
        if (!pem.contains("-----BEGIN PRIVATE KEY-----")) {
            throw new IOException(file + " must hold an unencrypted PKCS#8 key (BEGIN PRIVATE KEY)");
        }
        byte[] der = Base64.getMimeDecoder()
                .decode(pem.replaceAll("(?s).*-----BEGIN PRIVATE KEY-----|-----END PRIVATE KEY-----.*", ""));
        for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (InvalidKeySpecException e) {
                // The next algorithm may fit.
            }
        }
        throw new IOException(file + " holds neither an RSA, an EC nor an Ed25519 key");
    }
}

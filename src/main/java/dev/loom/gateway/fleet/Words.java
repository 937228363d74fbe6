package dev.loom.gateway.fleet;

import dev.loom.gateway.config.StateConfig;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** Says why the server cannot be used, and what to do about it. Never with a password in it: none is ever sent back. */
final class Words {

    private Words() {}

    /** One sentence without a stop, that begins with the key and the address. */
    static String of(Throwable thrown, StateConfig config) {
        return "state.url " + config.url() + " " + why(thrown, config);
    }

    private static String why(Throwable thrown, StateConfig config) {
        List<Throwable> causes = Stream.iterate(thrown, Objects::nonNull, Throwable::getCause)
                .limit(20)
                .toList();
        String said = causes.stream()
                .map(cause -> String.valueOf(cause.getMessage()))
                .reduce("", (all, next) -> all + " " + next);
        if (said.contains("WRONGPASS") || said.contains("invalid password") || said.contains("without any password")) {
            return "refuses the password: see state.password, and the user's name in the URL";
        }
        if (said.contains("NOAUTH")) {
            return "asks for a password: set state.password";
        }
        if (said.contains("NOPERM")) {
            return "does not allow the user what is needed: eval, strings, hashes, sets and channels below state.key_prefix";
        }
        if (said.contains("MOVED") || said.contains("CLUSTERDOWN")) {
            return "is part of a cluster: name at least two of its addresses, with a comma between them";
        }
        if (said.contains("READONLY")) {
            return "is a replica, which cannot count: name its master, or let it be promoted";
        }
        if (said.contains("Invalid first byte") || said.contains("RedisProtocolException")) {
            return "is no Redis and no Valkey: what answers there speaks another protocol";
        }
        return whyUnreachable(causes, said, config);
    }

    private static String whyUnreachable(List<Throwable> causes, String said, StateConfig config) {
        if (causes.stream()
                .anyMatch(cause ->
                        cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException)) {
            return "cannot be reached: the host is not known";
        }
        if (causes.stream().anyMatch(cause -> cause instanceof SSLException)) {
            return whyNotSecure(said);
        }
        if (said.contains("not connected")
                || said.contains("onnection closed")
                || said.contains("onnection is closed")
                || said.contains("onnection reset")
                || said.contains("RedisHandshakeHandler")
                || causes.stream().anyMatch(ClosedChannelException.class::isInstance)) {
            return "closed the connection; if it does so again and again, that may be no Redis and no Valkey";
        }
        if (causes.stream().anyMatch(ConnectException.class::isInstance)) {
            return "cannot be reached: nobody listens there";
        }
        if (causes.stream()
                .anyMatch(cause -> cause instanceof TimeoutException
                        || cause instanceof io.lettuce.core.RedisCommandTimeoutException)) {
            String silent =
                    "does not answer within state.timeout (" + config.timeout().toMillis() + " ms)";
            boolean secure = String.valueOf(config.url()).startsWith("rediss");
            return secure ? silent + "; perhaps it speaks no TLS: then begin the URL with redis" : silent;
        }
        String last = String.valueOf(causes.get(causes.size() - 1).getMessage());
        return "cannot be used: " + (last.equals("null") ? causes.get(0).toString() : last);
    }

    private static String whyNotSecure(String said) {
        if (said.contains("not an SSL/TLS record") || said.contains("Unsupported or unrecognized SSL message")) {
            return "speaks no TLS: begin the URL with redis:// instead of rediss://";
        }
        if (said.contains("PKIX") || said.contains("certification path")) {
            return "has a certificate that is not trusted: name its issuer in state.tls.ca_file";
        }
        if (said.contains("subject alternative") || said.contains("No name matching")) {
            return "has a certificate for another host: use the name that the certificate has";
        }
        if (said.contains("certificate_required") || said.contains("bad_certificate")) {
            return "asks for a certificate: see state.tls.cert_file and key_file";
        }
        return "cannot be used over TLS:" + said;
    }
}

package dev.loom.gateway.camel.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.provider.Failure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.junit.jupiter.api.Test;

/** In what words a call that broke is told. */
class AttemptBrokenTest {

    private static String told(Exception cause) {
        return AttemptBroken.failure(cause).error().message();
    }

    @Test
    void a_connection_that_takes_too_long_is_not_an_answer_that_does() {
        assertThat(told(new ConnectTimeoutException("x")))
                .isEqualTo("The provider did not accept the connection in time");
        assertThat(told(new SocketTimeoutException("Read timed out"))).isEqualTo("The provider did not answer in time");
        assertThat(told(new InterruptedIOException("No answer within 5000 ms")))
                .isEqualTo("The provider did not answer in time");
    }

    @Test
    void both_are_timeouts() {
        assertThat(AttemptBroken.failure(new ConnectTimeoutException("x")).timeout())
                .isTrue();
        assertThat(AttemptBroken.failure(new SocketTimeoutException("x")).timeout())
                .isTrue();
    }

    @Test
    void what_went_wrong_with_a_connection_is_told() {
        assertThat(told(new ConnectException("x"))).contains("refused the connection", "base_url");
        assertThat(told(new UnknownHostException("x"))).contains("host name", "base_url");
        assertThat(told(new IOException("x"))).contains("broke");
        assertThat(told(new SSLException("Unsupported or unrecognized SSL message")))
                .contains("does not speak TLS on this port");
        assertThat(told(new SSLException("x"))).isEqualTo("No TLS connection to the provider could be made");
        Failure failure = AttemptBroken.failure(new IOException("sk-secret"));
        assertThat(failure.error().message()).doesNotContain("sk-secret");
        assertThat(failure.status()).isZero();
    }
}

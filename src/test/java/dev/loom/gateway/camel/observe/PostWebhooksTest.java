package dev.loom.gateway.camel.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.loom.gateway.accounts.WebhookPoster.PrivateAddress;
import dev.loom.gateway.testing.FakeProvider;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.DnsResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PostWebhooksTest {

    private static final byte[] BODY = "{}".getBytes(StandardCharsets.UTF_8);

    private final FakeProvider receiver = new FakeProvider(call -> call.json(204, ""));

    @AfterEach
    void stop() {
        receiver.close();
    }

    private String url() {
        return "http://hooks.example.com:" + receiver.port() + "/x?y=1";
    }

    /** As if a name server said so. */
    private static DnsResolver saying(String address) {
        return new DnsResolver() {
            @Override
            public InetAddress[] resolve(String host) throws java.net.UnknownHostException {
                return InetAddress.getAllByName(address);
            }

            @Override
            public String resolveCanonicalHostname(String host) {
                return host;
            }
        };
    }

    @Test
    void the_body_and_its_signature_arrive_under_the_name_that_is_configured() throws Exception {
        int status = new PostWebhooks(saying("127.0.0.1")).post(url(), true, BODY, "sha256=ab");

        assertThat(status).isEqualTo(204);
        FakeProvider.Request sent = receiver.requests().get(0);
        assertThat(sent.path()).isEqualTo("/x?y=1");
        assertThat(sent.body()).isEqualTo("{}");
        assertThat(sent.headers())
                .containsEntry("x-loom-signature", "sha256=ab")
                .containsEntry("content-type", "application/json")
                .containsEntry("host", "hooks.example.com:" + receiver.port());
    }

    @Test
    void a_name_that_leads_to_a_private_address_is_not_called() {
        assertThatThrownBy(() -> new PostWebhooks(saying("127.0.0.1")).post(url(), false, BODY, null))
                .isInstanceOf(PrivateAddress.class);
        assertThat(receiver.requests()).isEmpty();
    }

    /** What was looked at is what is called: there is no second look, which could say another thing. */
    @Test
    void a_name_is_looked_up_once_for_each_connection() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        DnsResolver names = saying("127.0.0.1");
        PostWebhooks hooks = new PostWebhooks(new DnsResolver() {
            @Override
            public InetAddress[] resolve(String host) throws java.net.UnknownHostException {
                looks.incrementAndGet();
                return names.resolve(host);
            }

            @Override
            public String resolveCanonicalHostname(String host) {
                return host;
            }
        });
        hooks.post(url(), true, BODY, null);
        assertThat(looks.get()).isEqualTo(1);
        assertThatThrownBy(() -> hooks.post(url(), false, BODY, null)).isInstanceOf(PrivateAddress.class);

        assertThat(looks.get()).isEqualTo(2);
        assertThat(receiver.accepted()).isEqualTo(1);
    }

    @Test
    void one_private_address_among_others_is_enough() {
        DnsResolver names = new DnsResolver() {
            @Override
            public InetAddress[] resolve(String host) throws java.net.UnknownHostException {
                return new InetAddress[] {InetAddress.getByName("203.0.113.1"), InetAddress.getByName("127.0.0.1")};
            }

            @Override
            public String resolveCanonicalHostname(String host) {
                return host;
            }
        };

        assertThatThrownBy(() -> new PostWebhooks(names).post(url(), false, BODY, null))
                .isInstanceOf(PrivateAddress.class);
    }

    @Test
    void an_address_in_the_place_of_a_name_is_looked_at_too() {
        String url = "http://[::ffff:127.0.0.1]:" + receiver.port() + "/";

        assertThatThrownBy(() -> new PostWebhooks().post(url, false, BODY, null))
                .isInstanceOf(PrivateAddress.class);
        assertThat(receiver.accepted()).isZero();
    }

    @Test
    void redirects_are_not_followed() throws Exception {
        receiver.behave(call -> call.json(307, "", "Location", url() + "&again=1"));

        assertThat(new PostWebhooks(saying("127.0.0.1")).post(url(), true, BODY, null))
                .isEqualTo(307);
        assertThat(receiver.requests()).hasSize(1);
    }
}

package dev.loom.gateway.camel.observe;

import dev.loom.gateway.accounts.WebhookPoster;
import dev.loom.gateway.config.PrivateNetworks;
import java.io.IOException;
import java.net.InetAddress;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Posts webhooks by HTTP. A name is looked up once for each connection, and the connection goes to the very addresses that were
 * looked at: who answers for a name cannot show one address to the check and another one to the connection.
 */
public final class PostWebhooks implements WebhookPoster {

    private static final Timeout TIMEOUT = Timeout.ofSeconds(10);

    private final CloseableHttpClient anywhere;
    private final CloseableHttpClient publicOnly;

    public PostWebhooks() {
        this(SystemDefaultDnsResolver.INSTANCE);
    }

    PostWebhooks(DnsResolver names) {
        anywhere = client(names);
        publicOnly = client(new PublicOnly(names));
    }

    /** A name that leads to public addresses and to others leads to none. */
    private record PublicOnly(DnsResolver names) implements DnsResolver {

        @Override
        public InetAddress[] resolve(String host) throws java.net.UnknownHostException {
            InetAddress[] found = names.resolve(host);
            for (InetAddress address : found) {
                if (PrivateNetworks.include(address)) {
                    throw new PrivateAddress();
                }
            }
            return found;
        }

        @Override
        public String resolveCanonicalHostname(String host) throws java.net.UnknownHostException {
            return names.resolveCanonicalHostname(host);
        }
    }

    private static CloseableHttpClient client(DnsResolver names) {
        PoolingHttpClientConnectionManager connections = PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(names)
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(TIMEOUT)
                        .setSocketTimeout(TIMEOUT)
                        .setTimeToLive(TIMEOUT)
                        .build())
                .build();
        return HttpClients.custom()
                .setConnectionManager(connections)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(TIMEOUT)
                        .setConnectionRequestTimeout(TIMEOUT)
                        .build())
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .build();
    }

    @Override
    public int post(String url, boolean allowPrivate, byte[] body, @Nullable String signature) throws IOException {
        HttpPost post = new HttpPost(url);
        post.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON.withCharset((String) null)));
        if (signature != null) {
            post.setHeader("X-Loom-Signature", signature);
        }
        return (allowPrivate ? anywhere : publicOnly).execute(post, answer -> answer.getCode());
    }
}

package dev.loom.gateway.config.accounts;

import dev.loom.gateway.config.Addresses;
import dev.loom.gateway.config.Secret;
import dev.loom.gateway.config.Types;
import dev.loom.gateway.config.yaml.Section;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An entry of {@code token_accounting.webhooks}.
 *
 * @param events {@code limit_warning}, {@code limit_reached}
 * @param threshold of a limit, at which it is warned: above 0, below 1
 * @param secret by which the body is signed; null: it is not
 * @param allowPrivate true: the address may belong to a private network
 */
public record WebhookConfig(
        String url, List<String> events, double threshold, @Nullable Secret secret, boolean allowPrivate) {

    static final List<String> EVENTS = List.of("limit_warning", "limit_reached");

    static WebhookConfig read(Section s) {
        List<String> events = s.list("events", Types.choice(false, EVENTS.toArray(new String[0])));
        WebhookConfig webhook = new WebhookConfig(
                s.require("url", Addresses.CALLED_URL, ""),
                s.has("events") ? events : EVENTS,
                s.get("threshold", Types.number(0.01, 0.99), 0.8),
                s.get("secret", Types.SECRET),
                s.get("allow_private", Types.FLAG, false));
        if (!webhook.allowPrivate() && !webhook.url().isEmpty() && isPrivate(webhook.url())) {
            s.error("url", "leads to a private network; set allow_private: true if that is meant");
        }
        return webhook;
    }

    /** For logs and views: where it goes, without path and query, which some services take for a password. */
    public String shown() {
        URI address = URI.create(url);
        String rest = address.getRawPath() + (address.getRawQuery() == null ? "" : "?");
        return address.getScheme() + "://" + address.getRawAuthority() + (rest.matches("/?") ? rest : "/***");
    }

    /** By the name alone; what a name resolves to is seen when it is called. */
    private static boolean isPrivate(String url) {
        String host = String.valueOf(URI.create(url).getHost());
        return Addresses.isLoopback(host) || Addresses.isPrivateLiteral(host);
    }
}

package dev.loom.gateway.accounts;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Sends the post of a webhook. Thread-safe. */
@FunctionalInterface
public interface WebhookPoster {

    /**
     * Sends it once, and waits for the answer. Redirects are not followed.
     *
     * @param allowPrivate false: every address that the name leads to must be a public one
     * @param signature value of {@code X-Loom-Signature}; null for none
     * @return the status of the answer
     * @throws PrivateAddress if it is not
     * @throws IOException if there is no answer
     */
    int post(String url, boolean allowPrivate, byte[] body, @Nullable String signature) throws IOException;

    /** The name leads into a private network: nothing was sent, and no other attempt is worth while. */
    final class PrivateAddress extends java.net.UnknownHostException {

        private static final long serialVersionUID = 1;

        public PrivateAddress() {
            super("its name leads to a private network, and allow_private is not set");
        }
    }
}

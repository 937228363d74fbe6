package dev.loom.gateway.config;

import dev.loom.gateway.config.yaml.Section;
import org.jspecify.annotations.Nullable;

/** {@code admin}: the port that operators call. */
public record AdminConfig(String host, @Nullable Secret token, @Nullable Basic basic, boolean publicMetrics) {

    /** {@code admin.basic}. */
    public record Basic(String user, Secret password) {

        static Basic read(Section s) {
            return new Basic(s.require("user", Types.TEXT, ""), s.require("password", Types.SECRET, new Secret("")));
        }
    }

    static AdminConfig read(Section s) {
        String host = s.get("host", Types.TEXT, "127.0.0.1");
        Secret token = s.get("token", Types.KEY);
        Basic basic = s.optional("basic", Basic::read);
        if (!Addresses.isLoopback(host) && !s.has("token") && !s.has("basic")) {
            s.error("host", "can be reached from other machines, so admin.token or admin.basic is required");
        }
        return new AdminConfig(host, token, basic, s.get("public_metrics", Types.FLAG, false));
    }
}

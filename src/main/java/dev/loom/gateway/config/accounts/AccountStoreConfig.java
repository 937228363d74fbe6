package dev.loom.gateway.config.accounts;

import dev.loom.gateway.config.Addresses;
import dev.loom.gateway.config.Secret;
import dev.loom.gateway.config.Types;
import dev.loom.gateway.config.yaml.Section;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the usage of accounts is kept, by {@code token_accounting.storage}. */
public final class AccountStoreConfig {

    private AccountStoreConfig() {}

    /**
     * {@code file}: an embedded database.
     *
     * @param path without an ending; its directory is made
     */
    public record FileStore(Path path) {

        static FileStore read(Section s) {
            return new FileStore(s.get("path", Addresses.PATH, Path.of("data/usage")));
        }
    }

    /**
     * {@code redis}.
     *
     * @param address {@code host:port}; null where another storage is used
     */
    public record Redis(@Nullable String address, @Nullable Secret password, int db, String keyPrefix) {

        static Redis read(Section s) {
            String address = s.get(
                    "address",
                    Types.matching("(?:[^\\s:/]+|\\[[0-9A-Fa-f:]+]):\\d{1,5}", "host:port, such as redis:6379"));
            if (address != null && !PostgresAddress.isPort(address.substring(address.lastIndexOf(':') + 1))) {
                s.error("address", "must end in a port from 1 to 65535");
            }
            return new Redis(
                    address,
                    s.get("password", Types.SECRET),
                    s.get("db", Types.integer(0, 1_000_000), 0),
                    s.get("key_prefix", Types.TEXT, "loom:tokens:"));
        }
    }

    /**
     * {@code postgres}.
     *
     * @param connectionString {@code postgres://user:password@host:port/database}; null where another storage is used
     * @param table perhaps with its schema before a dot
     */
    public record Postgres(@Nullable Secret connectionString, String table) {

        private static final String NAME = "[A-Za-z_][A-Za-z0-9_]{0,47}";

        static Postgres read(Section s) {
            Secret connection = s.get("connection_string", Types.SECRET);
            if (connection != null && !isAddress(connection.value())) {
                s.error(
                        "connection_string",
                        "must have the form postgres://user:password@host:port/database; encode special characters of"
                                + " the password as in a URL");
            }
            return new Postgres(
                    connection,
                    s.get(
                            "table",
                            Types.matching(
                                    "(" + NAME + "\\.)?" + NAME,
                                    "a table's name of letters, digits and _, perhaps with a schema before a dot"),
                            "token_usage"));
        }

        private static boolean isAddress(String text) {
            try {
                PostgresAddress.parse(text);
                return true;
            } catch (IllegalArgumentException e) {
                return false;
            }
        }
    }
}

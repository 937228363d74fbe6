package dev.loom.gateway.accounts.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.loom.gateway.accounts.MemoryStore;
import dev.loom.gateway.accounts.UsageStore;
import dev.loom.gateway.config.Secret;
import dev.loom.gateway.config.accounts.AccountStoreConfig;
import dev.loom.gateway.config.accounts.PostgresAddress;
import dev.loom.gateway.config.accounts.TokenAccountingConfig;
import dev.loom.gateway.traffic.TimeSource;
import java.nio.file.Path;
import java.util.Objects;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.jdbcx.JdbcDataSource;

/** The store that a configuration names; it need not be reachable yet. */
public final class UsageStores {

    /** Connections: one writes, the others answer operators. */
    private static final int CONNECTIONS = 4;

    private static final int CONNECT_MILLIS = 2_000;

    private static final int SOCKET_SECONDS = 10;

    private UsageStores() {}

    public static UsageStore of(TokenAccountingConfig config, TimeSource time) {
        Path file = config.file().path();
        return switch (config.storage()) {
            case "file" -> spooled(file(file), file, time);
            case "postgres" -> spooled(postgres(config.postgres()), file, time);
            case "redis" -> spooled(new RedisStore(config.redis(), config.retention(), time), file, time);
            default -> new MemoryStore();
        };
    }

    private static UsageStore spooled(UsageStore store, Path file, TimeSource time) {
        return new SpooledStore(store, new Spool(Path.of(file + ".spool")), time);
    }

    /**
     * Written at once: by default H2 would take half a second. Without a file of traces, to which it would write what is no error
     * here, such as a batch that comes twice.
     */
    private static UsageStore file(Path path) {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:file:" + path.toAbsolutePath()
                + ";WRITE_DELAY=0;DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0");
        database.setUser("sa");
        database.setPassword("");
        JdbcConnectionPool pool = JdbcConnectionPool.create(database);
        pool.setMaxConnections(CONNECTIONS);
        return new SqlStore(pool, "token_usage", "the database " + path + ".mv.db", () -> {
            pool.dispose(); // its connections roll back when they are closed, which H2 resents once it is shut down
            SqlStore.shutDown(database);
        });
    }

    private static UsageStore postgres(AccountStoreConfig.Postgres config) {
        Secret secret = Objects.requireNonNull(config.connectionString());
        PostgresAddress address = PostgresAddress.parse(secret.value());
        HikariConfig pool = new HikariConfig();
        pool.setPoolName("loom-usage");
        pool.setDriverClassName("org.postgresql.Driver");
        pool.setJdbcUrl("jdbc:postgresql://" + address.servers() + "/" + address.database());
        pool.setUsername(address.user());
        pool.setPassword(address.password());
        pool.setMaximumPoolSize(CONNECTIONS);
        pool.setMinimumIdle(1);
        pool.setConnectionTimeout(CONNECT_MILLIS);
        pool.setValidationTimeout(CONNECT_MILLIS / 2);
        pool.setInitializationFailTimeout(-1);
        pool.addDataSourceProperty("connectTimeout", Integer.toString(CONNECT_MILLIS / 1000));
        pool.addDataSourceProperty("socketTimeout", Integer.toString(SOCKET_SECONDS));
        pool.addDataSourceProperty("ApplicationName", "loom-ai-gateway");
        HikariDataSource source = new HikariDataSource(pool);
        return new SqlStore(source, config.table(), address.toString(), source);
    }
}

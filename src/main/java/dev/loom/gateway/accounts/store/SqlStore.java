package dev.loom.gateway.accounts.store;

import dev.loom.gateway.accounts.UsageQuery;
import dev.loom.gateway.accounts.UsageRow;
import dev.loom.gateway.accounts.UsageStore;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * Usage in a table, by SQL that H2 and PostgreSQL both understand. Batches are only ever added, so that several gateways may
 * write to one table, and each has an id, so that one that is written twice stands there once. Thread-safe.
 */
final class SqlStore implements UsageStore {

    /** SQLSTATE of a key that is there already, of both. */
    private static final String DUPLICATE = "23505";

    private static final int LONGEST_NAME = 200;

    private final DataSource source;
    private final String table;
    private final String name;
    private final AutoCloseable pool;
    private volatile boolean ready;

    /**
     * @param table a name that is safe to be put into SQL
     * @param pool is closed with the store
     */
    SqlStore(DataSource source, String table, String name, AutoCloseable pool) {
        this.source = source;
        this.table = table;
        this.name = name;
        this.pool = pool;
    }

    /** Something that is done over a connection. */
    private interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    private <T> T with(Work<T> work) throws StoreAway {
        try (Connection connection = source.getConnection()) {
            if (!ready) {
                SqlSchema.migrate(connection, table);
                ready = true;
            }
            return work.in(connection);
        } catch (SQLTransientConnectionException e) {
            throw new StoreAway(unconnected(e), e);
        } catch (SQLException e) {
            throw new StoreAway(String.valueOf(e.getMessage()), e);
        }
    }

    /** Of the pool, which speaks of itself; why it has no connection, the driver says. */
    private static String unconnected(SQLTransientConnectionException thrown) {
        String why = thrown.getCause() == null
                ? "the server does not answer in time, or all connections are busy"
                : String.valueOf(thrown.getCause().getMessage());
        for (Throwable cause = thrown.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownHostException unknown) {
                why = "the name " + unknown.getMessage() + " cannot be resolved";
            }
        }
        return "no connection can be made (" + why
                + "); check that it runs, and token_accounting.postgres.connection_string";
    }

    @Override
    public void append(String batch, List<UsageRow> rows) throws StoreAway {
        boolean unused = with(connection -> {
            connection.setAutoCommit(false);
            try (PreparedStatement insert = connection.prepareStatement("insert into " + table
                    + " (batch, line, at_minute, account, provider, model, requests, input_tokens,"
                    + " output_tokens, cached_tokens, reasoning_tokens, cost_nano)"
                    + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
                for (int line = 0; line < rows.size(); line++) {
                    fill(insert, batch, line, rows.get(line));
                }
                insert.executeBatch();
                connection.commit();
                return true;
            } catch (SQLException e) {
                connection.rollback();
                if (isDuplicate(e)) {
                    return false;
                }
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        });
    }

    private static boolean isDuplicate(SQLException thrown) {
        for (SQLException e = thrown; e != null; e = e.getNextException()) {
            if (DUPLICATE.equals(e.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    private static void fill(PreparedStatement insert, String batch, int line, UsageRow row) throws SQLException {
        insert.setString(1, batch);
        insert.setInt(2, line);
        insert.setLong(3, row.at());
        insert.setString(4, cut(row.account()));
        insert.setString(5, cut(row.provider()));
        insert.setString(6, cut(row.model()));
        insert.setLong(7, row.requests());
        insert.setLong(8, row.input());
        insert.setLong(9, row.output());
        insert.setLong(10, row.cached());
        insert.setLong(11, row.reasoning());
        insert.setLong(12, row.cost());
        insert.addBatch();
    }

    /** A text that no database can refuse. */
    private static String cut(String text) {
        String short200 = text.length() <= LONGEST_NAME ? text : text.substring(0, LONGEST_NAME);
        return short200.replace('\0', '?');
    }

    @Override
    public List<UsageRow> read(UsageQuery query) throws StoreAway {
        return with(connection -> {
            try (PreparedStatement select = connection.prepareStatement(sql(query))) {
                select.setLong(1, query.from());
                select.setLong(2, query.to());
                if (query.account() != null) {
                    select.setString(3, query.account());
                }
                try (ResultSet found = select.executeQuery()) {
                    return rows(found);
                }
            }
        });
    }

    private String sql(UsageQuery query) {
        List<String> groups = new ArrayList<>();
        String at = "0";
        if (query.step() > 0) {
            at = "(at_minute / " + query.step() + ") * " + query.step();
            groups.add("(at_minute / " + query.step() + ")");
        }
        if (query.byAccount()) {
            groups.add("account");
        }
        if (query.byModel()) {
            groups.add("provider");
            groups.add("model");
        }
        return "select " + at + ", " + (query.byAccount() ? "account" : "''") + ", "
                + (query.byModel() ? "provider, model" : "'', ''")
                + ", sum(requests), sum(input_tokens), sum(output_tokens), sum(cached_tokens), sum(reasoning_tokens),"
                + " sum(cost_nano), count(*) from " + table + " where at_minute >= ? and at_minute < ?"
                + (query.account() == null ? "" : " and account = ?")
                + (groups.isEmpty() ? "" : " group by " + String.join(", ", groups));
    }

    private static List<UsageRow> rows(ResultSet found) throws SQLException {
        List<UsageRow> rows = new ArrayList<>();
        while (found.next()) {
            if (found.getLong(11) > 0) {
                rows.add(new UsageRow(
                        found.getLong(1),
                        found.getString(2),
                        found.getString(3),
                        found.getString(4),
                        found.getLong(5),
                        found.getLong(6),
                        found.getLong(7),
                        found.getLong(8),
                        found.getLong(9),
                        found.getLong(10)));
            }
        }
        return rows;
    }

    @Override
    public void forget(String account) throws StoreAway {
        int unused = with(connection -> {
            try (PreparedStatement delete =
                    connection.prepareStatement("delete from " + table + " where account = ?")) {
                delete.setString(1, account);
                return delete.executeUpdate();
            }
        });
    }

    /** The oldest minute. */
    @Override
    public boolean forgetSome(long before) throws StoreAway {
        return with(connection -> {
            try (PreparedStatement delete = connection.prepareStatement("delete from " + table
                    + " where at_minute < ? and at_minute = (select min(at_minute) from " + table + ")")) {
                delete.setLong(1, before);
                return delete.executeUpdate() > 0;
            }
        });
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void close() {
        try {
            pool.close();
        } catch (Exception e) {
            throw new IllegalStateException("The store of usage cannot be closed", e);
        }
    }

    /** For an embedded database, whose file is whole afterwards. */
    static void shutDown(DataSource source) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("shutdown");
        }
    }
}

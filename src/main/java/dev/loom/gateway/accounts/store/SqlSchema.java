package dev.loom.gateway.accounts.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Brings the tables to the version that this gateway knows; {@code <table>_version} says which one they have. */
final class SqlSchema {

    /** Each list leads from its index to the next version. TABLE is the table's name, NAME the same without its schema. */
    private static final List<List<String>> STEPS = List.of(List.of(
            "create table if not exists TABLE (batch varchar(36) not null, line int not null, at_minute bigint not null,"
                    + " account varchar(200) not null, provider varchar(200) not null, model varchar(200) not null,"
                    + " requests bigint not null, input_tokens bigint not null, output_tokens bigint not null,"
                    + " cached_tokens bigint not null, reasoning_tokens bigint not null, cost_nano bigint not null,"
                    + " primary key (batch, line))",
            "create index if not exists NAME_by_account on TABLE (account, at_minute)",
            "create index if not exists NAME_by_minute on TABLE (at_minute)"));

    private SqlSchema() {}

    /** @throws SQLException also if the tables are newer than this gateway */
    static void migrate(Connection connection, String table) throws SQLException {
        String versions = table + "_version";
        try (Statement statement = connection.createStatement()) {
            statement.execute("create table if not exists " + versions + " (version int primary key)");
            int version = version(statement, versions);
            if (version > STEPS.size()) {
                throw new SQLException("The table " + table + " is of a newer gateway (version " + version + ")");
            }
            for (; version < STEPS.size(); version++) {
                for (String step : STEPS.get(version)) {
                    statement.execute(step.replace("TABLE", table).replace("NAME", table.replaceFirst(".*\\.", "")));
                }
                statement.execute("insert into " + versions + " (version) values (" + (version + 1) + ")");
            }
        }
    }

    private static int version(Statement statement, String versions) throws SQLException {
        try (ResultSet found = statement.executeQuery("select coalesce(max(version), 0) from " + versions)) {
            return found.next() ? found.getInt(1) : 0;
        }
    }
}

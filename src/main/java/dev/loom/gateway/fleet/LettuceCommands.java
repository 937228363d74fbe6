package dev.loom.gateway.fleet;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisScriptingAsyncCommands;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@link Commands} on a connection of Lettuce's: to one server, or to a cluster. */
record LettuceCommands(StatefulConnection<String, String> connection, RedisScriptingAsyncCommands<String, String> redis)
        implements Commands {

    static Commands of(StatefulConnection<String, String> connection) {
        return connection instanceof StatefulRedisClusterConnection<String, String> cluster
                ? new LettuceCommands(connection, cluster.async())
                : new LettuceCommands(connection, ((StatefulRedisConnection<String, String>) connection).async());
    }

    /** The text is sent only where the server does not know it yet. */
    @Override
    public CompletableFuture<List<Object>> run(Script script, String[] keys, String... args) {
        try {
            return send(script, keys, args);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletableFuture<List<Object>> send(Script script, String[] keys, String... args) {
        CompletableFuture<List<Object>> known = redis.<List<Object>>evalsha(
                        script.sha(), ScriptOutputType.MULTI, keys, args)
                .toCompletableFuture();
        return known.exceptionallyCompose(thrown ->
                thrown instanceof RedisNoScriptException || thrown.getCause() instanceof RedisNoScriptException
                        ? redis.<List<Object>>eval(script.text(), ScriptOutputType.MULTI, keys, args)
                                .toCompletableFuture()
                        : CompletableFuture.failedFuture(thrown));
    }

    @Override
    public void close() {
        CompletableFuture<Void> unused = connection.closeAsync();
    }
}

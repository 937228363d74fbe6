package dev.loom.gateway.fleet;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What one connection is asked to do, in the order in which it is asked. Never waits. */
record Commands(RedisClusterAsyncCommands<String, String> redis) {

    /** The text is sent only where the server does not know it yet. */
    CompletableFuture<List<Object>> run(Script script, String[] keys, String... args) {
        try {
            return send(script, keys, args);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Null where there is no such key. */
    CompletableFuture<String> get(String key) {
        try {
            return redis.get(key).toCompletableFuture();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    CompletableFuture<String> set(String key, String value, Duration kept) {
        try {
            return redis.psetex(key, kept.toMillis(), value).toCompletableFuture();
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
}

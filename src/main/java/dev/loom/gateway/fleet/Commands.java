package dev.loom.gateway.fleet;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisScriptingAsyncCommands;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Runs scripts on one connection, in the order in which they are given. Never waits. */
record Commands(RedisScriptingAsyncCommands<String, String> redis) {

    /** The text is sent only where the server does not know it yet. */
    CompletableFuture<List<Object>> run(Script script, String[] keys, String... args) {
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
}

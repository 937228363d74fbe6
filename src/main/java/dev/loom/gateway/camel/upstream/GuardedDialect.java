package dev.loom.gateway.camel.upstream;

import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.ChunkDecoder;
import dev.loom.gateway.provider.ChunkSink;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.EmbeddingsRequest;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Headers;
import dev.loom.gateway.provider.PassedRequest;
import dev.loom.gateway.provider.Refusal;
import dev.loom.gateway.provider.ServerSentEvent;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.provider.UnsupportedRequest;
import dev.loom.gateway.provider.UpstreamRequest;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.provider.Verbatim;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Any dialect, for a provider that need not mean well. Its failures never quote a secret of the provider's: what merely
 * looks like a key is hidden where errors are read; here it is the configured values themselves, whatever they look
 * like. And a status that is neither success nor error, such as a redirect, is an answer that cannot be read.
 */
public final class GuardedDialect implements Dialect {

    private final Dialect dialect;
    private final ProviderSecrets secrets;

    public GuardedDialect(Dialect dialect, ProviderConfig provider) {
        this.dialect = dialect;
        this.secrets = ProviderSecrets.of(provider);
    }

    @Override
    public UpstreamRequest encode(ChatRequest request, Target target) throws UnsupportedRequest {
        return dialect.encode(request, target);
    }

    @Override
    public @Nullable Dialect speaking(String surface, Target target) {
        Dialect spoken = dialect.speaking(surface, target);
        return spoken == null ? null : new GuardedDialect(spoken, target.provider());
    }

    @Override
    public UpstreamRequest passOn(Verbatim request, Target target) {
        return dialect.passOn(request, target);
    }

    @Override
    public UpstreamRequest pass(PassedRequest request, Target target) {
        return dialect.pass(request, target);
    }

    @Override
    public Completion decode(byte[] body, ChatRequest request, Target target) throws UnreadableAnswer {
        try {
            return dialect.decode(body, request, target);
        } catch (UnreadableAnswer e) {
            throw new UnreadableAnswer(masked(e.failure()));
        }
    }

    @Override
    public ChunkDecoder stream(ChatRequest request, Target target) {
        return new Decoder(dialect.stream(request, target));
    }

    @Override
    public UpstreamRequest encodeEmbeddings(EmbeddingsRequest request, Target target) {
        return dialect.encodeEmbeddings(request, target);
    }

    @Override
    public Completion decodeEmbeddings(byte[] body, EmbeddingsRequest request, Target target) throws UnreadableAnswer {
        try {
            return dialect.decodeEmbeddings(body, request, target);
        } catch (UnreadableAnswer e) {
            throw new UnreadableAnswer(masked(e.failure()));
        }
    }

    @Override
    public Failure classify(int status, Headers headers, byte[] body, Instant now) {
        return status >= 400 && status < 600
                ? masked(dialect.classify(status, headers, body, now))
                : Failure.transientFailure("The provider answered with status " + status + ", which is no answer");
    }

    @Override
    public @Nullable Refusal refusal(int status, byte[] body, ApiRequest request, Target target) {
        return dialect.refusal(status, body, request, target);
    }

    @Override
    public UpstreamRequest models(ProviderConfig provider) {
        return dialect.models(provider);
    }

    private Failure masked(Failure failure) {
        return new Failure(
                failure.outcome(),
                failure.status(),
                failure.error().map(secrets::masked),
                failure.retryAfter(),
                maskedIfAny(failure.requestId()),
                failure.timeout());
    }

    private @Nullable String maskedIfAny(@Nullable String text) {
        return text == null ? null : secrets.masked(text);
    }

    /** Looks at nothing but the errors inside a stream. */
    private final class Decoder implements ChunkDecoder {

        private final ChunkDecoder decoder;

        Decoder(ChunkDecoder decoder) {
            this.decoder = decoder;
        }

        @Override
        public void accept(ServerSentEvent event, ChunkSink sink) {
            decoder.accept(event, masking(sink));
        }

        @Override
        public void end(ChunkSink sink) {
            decoder.end(masking(sink));
        }

        @Override
        public @Nullable Usage usage() {
            return decoder.usage();
        }

        @Override
        public boolean isCounted() {
            return decoder.isCounted();
        }

        @Override
        public long contentBytes() {
            return decoder.contentBytes();
        }

        private ChunkSink masking(ChunkSink sink) {
            return new ChunkSink() {
                @Override
                public void chunk(byte[] data, boolean content) {
                    sink.chunk(data, content);
                }

                @Override
                public void keepAlive() {
                    sink.keepAlive();
                }

                @Override
                public void failed(Failure failure) {
                    sink.failed(masked(failure));
                }

                @Override
                public void done() {
                    sink.done();
                }
            };
        }
    }
}

package dev.loom.gateway.provider.openai;

import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.Secret;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.EmbeddingsRequest;
import dev.loom.gateway.provider.PassedRequest;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UnsupportedRequest;
import dev.loom.gateway.provider.UpstreamRequest;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Azure OpenAI: OpenAI's language with other addresses and another way to sign in. With an {@code api_version} that is
 * a date the deployment stands in the URL; without one, or with {@code v1}, it stands in the body as the model.
 */
public final class Azure extends OpenAiAnswers {

    private static final byte[] NO_BODY = {};
    private static final String UNRESERVED = "-._~";

    @Override
    public UpstreamRequest encode(ChatRequest request, Target target) {
        ProviderConfig provider = target.provider();
        Map<String, String> headers = headers(provider);
        OpenAi.forApi(headers, request);
        String url = url(provider, target.model(), "/chat/completions");
        return new UpstreamRequest("POST", url, headers, OpenAi.body(request, target));
    }

    /** Azure has them under its v1 alone. */
    @Override
    public @Nullable Dialect speaking(String surface, Target target) {
        return surface.equals("responses") && isV1(target.provider()) && target.mayServe(surface, true)
                ? new ResponsesApi(this, Azure::responses)
                : null;
    }

    @Override
    public UpstreamRequest pass(PassedRequest request, Target target) {
        ProviderConfig provider = target.provider();
        OpenAi.requireServed(request, target, isV1(provider));
        boolean inDeployment = !target.model().isEmpty() && !isV1(provider);
        String url = inDeployment
                ? root(provider) + "/deployments/" + segment(target.model()) + request.path()
                : root(provider) + (isV1(provider) ? "/v1" : "") + request.path();
        String version = isV1(provider) ? "" : version(provider);
        String query = request.path().indexOf('?') >= 0 ? version.replace('?', '&') : version;
        Map<String, String> headers = request.headersOver(headers(provider));
        return UpstreamRequest.passing(
                request.method(), url + query, headers, request.content().withModel(target.model()));
    }

    private static UpstreamRequest responses(Target target) {
        ProviderConfig provider = target.provider();
        String url = url(provider, target.model(), "/responses");
        return new UpstreamRequest("POST", url, headers(provider), NO_BODY);
    }

    @Override
    public UpstreamRequest encodeEmbeddings(EmbeddingsRequest request, Target target) {
        ProviderConfig provider = target.provider();
        Map<String, String> headers = headers(provider);
        OpenAi.forApi(headers, request);
        String url = url(provider, target.model(), "/embeddings");
        return new UpstreamRequest("POST", url, headers, request.bodyFor(target.model()));
    }

    /** Shows that address and key are right, not that a deployment exists: Azure has no list of those for a key. */
    @Override
    public UpstreamRequest models(ProviderConfig provider) {
        String url = root(provider) + (isV1(provider) ? "/v1/models" : "/models" + version(provider));
        return new UpstreamRequest("GET", url, headers(provider), NO_BODY);
    }

    private static String url(ProviderConfig provider, String deployment, String operation) {
        return isV1(provider)
                ? root(provider) + "/v1" + operation
                : root(provider) + "/deployments/" + segment(deployment) + operation + version(provider);
    }

    private static boolean isV1(ProviderConfig provider) {
        String version = provider.apiVersion();
        return version == null || version.isBlank() || version.equals("v1");
    }

    /** {@code https://resource/openai}, also where the user wrote {@code base_url} with that part or with the v1 after it. */
    private static String root(ProviderConfig provider) {
        return OpenAi.baseUrl(provider).replaceFirst("/openai(/v1)?/?$", "") + "/openai";
    }

    private static String version(ProviderConfig provider) {
        return "?api-version=" + percentEncoded(String.valueOf(provider.apiVersion()));
    }

    private static Map<String, String> headers(ProviderConfig provider) {
        Map<String, String> headers = new LinkedHashMap<>();
        Secret key = provider.apiKey();
        boolean signedInOtherwise = provider.headers().keySet().stream()
                .anyMatch(name -> name.equalsIgnoreCase("Authorization") || name.equalsIgnoreCase("api-key"));
        if (key != null && !signedInOtherwise) {
            headers.put("api-key", key.value());
        }
        return headers;
    }

    /** A deployment's name may be the client's text where the provider lists no models, so it must not leave its segment. */
    private static String segment(String deployment) {
        if (deployment.isEmpty() || deployment.equals(".") || deployment.equals("..")) {
            throw new UnsupportedRequest("'" + deployment + "' cannot be the name of an Azure deployment.", "model");
        }
        return percentEncoded(deployment);
    }

    private static String percentEncoded(String text) {
        StringBuilder out = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            boolean plain = (c < 0x80 && Character.isLetterOrDigit(c)) || UNRESERVED.indexOf(c) >= 0;
            out.append(plain ? String.valueOf(c) : String.format("%%%02X", (int) c));
        }
        return out.toString();
    }
}

package dev.loom.gateway.client.chat;

import dev.loom.gateway.client.ClientRequest;
import dev.loom.gateway.client.OpenAiSurface;
import dev.loom.gateway.client.RawRequest;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Verbatim;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** OpenAI's languages as Azure has them: the path names the deployment, which is the model that is asked for. */
public final class Deployment implements OpenAiSurface {

    private static final Pattern PATH = Pattern.compile("/deployments/([^/]+)/");

    private final OpenAiSurface language;

    public Deployment(OpenAiSurface language) {
        this.language = language;
    }

    @Override
    public String name() {
        return language.name();
    }

    @Override
    public ClientRequest read(RawRequest request) throws InvalidRequest {
        Matcher path = PATH.matcher(request.path());
        return language.read(path.find() ? request.withBody(Verbatim.naming(path.group(1), request.body())) : request);
    }
}

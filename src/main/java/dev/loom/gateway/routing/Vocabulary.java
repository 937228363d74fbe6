package dev.loom.gateway.routing;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import dev.loom.gateway.provider.ApiRequest;
import java.util.Locale;

/** How OpenAI's models cut text into tokens. Loaded when first needed, and once: half a second, tens of megabytes. */
public enum Vocabulary {
    /** Of GPT-3.5 and GPT-4. */
    CL100K_BASE(EncodingType.CL100K_BASE),
    /** Of GPT-4o and later. */
    O200K_BASE(EncodingType.O200K_BASE);

    private static final EncodingRegistry ALL = Encodings.newLazyEncodingRegistry();

    private final EncodingType type;

    Vocabulary(EncodingType type) {
        this.type = type;
    }

    /** @param name as the configuration has it, such as {@code cl100k_base} */
    public static Vocabulary of(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    /** Tokens of a text. It may hold the names of control tokens; they are text here. */
    public long count(String text) {
        return ALL.getEncoding(type).countTokensOrdinary(text);
    }

    /** Tokens of a prompt; of a long one by samples. */
    public long prompt(ApiRequest request) {
        return new TokenEstimator.Counting(this).estimate(request);
    }
}

package dev.loom.gateway.provider;

/** The request asks for something that this dialect has no word for; another provider may. */
public final class UnsupportedRequest extends RuntimeException {

    private final transient ApiError error;

    /** @param param the field of the request, in OpenAI's notation: {@code messages[2].content[0].input_audio} */
    public UnsupportedRequest(String message, String param) {
        super(message, null, false, false);
        this.error = ApiError.invalidRequest(message, param, "unsupported_parameter");
    }

    public ApiError error() {
        return error;
    }
}

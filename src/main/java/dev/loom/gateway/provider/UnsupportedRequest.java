package dev.loom.gateway.provider;

/** The request asks for something that this dialect has no word for; another provider may. */
public final class UnsupportedRequest extends RuntimeException {

    private final transient ApiError error;

    /** @param param the field of the request, in OpenAI's notation: {@code messages[2].content[0].input_audio} */
    public UnsupportedRequest(String message, String param) {
        super(message, null, false, false);
        this.error = ApiError.invalidRequest(message, param, "unsupported_parameter");
    }

    public UnsupportedRequest(ApiError error) {
        super(error.message(), null, false, false);
        this.error = error;
    }

    /** The provider has no such path for the model. */
    public static UnsupportedRequest endpoint(PassedRequest request, Target target) {
        String model = request.model().isEmpty() ? "" : " for the model '" + request.model() + "'";
        return new UnsupportedRequest(ApiError.invalidRequest(
                "Provider '" + target.provider().name() + "' does not serve /v1" + request.path() + model + ".",
                null,
                "unsupported_endpoint"));
    }

    public ApiError error() {
        return error;
    }
}

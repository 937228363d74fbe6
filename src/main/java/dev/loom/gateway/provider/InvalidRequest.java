package dev.loom.gateway.provider;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.util.regex.Pattern;

/** The client's request cannot be understood; answered with a 400 that names the field. */
public final class InvalidRequest extends Exception {

    /** Where the parser keeps the text, which tells a client nothing. */
    private static final Pattern SOURCE = Pattern.compile("\\[Source: [^;\\]]*(?:; )?(line: \\d+, column: \\d+)]");

    private final int status;
    private final transient ApiError error;

    public InvalidRequest(ApiError error) {
        this(400, error);
    }

    /** @param status of the answer: 404 where its path names nothing that there is */
    public InvalidRequest(int status, ApiError error) {
        super(error.message(), null, false, false);
        this.status = status;
        this.error = error;
    }

    /** @param cause the parser's, whose words say what is wrong, and where */
    public static InvalidRequest notJson(IOException cause) {
        String said = cause instanceof JsonProcessingException json ? json.getOriginalMessage() : cause.getMessage();
        String what = String.valueOf(said).lines().findFirst().orElse("no details");
        return new InvalidRequest(ApiError.invalidRequest(
                "The request body is not valid JSON: " + SOURCE.matcher(what).replaceAll("$1") + place(cause),
                null,
                null));
    }

    private static String place(IOException cause) {
        JsonLocation place = cause instanceof JsonProcessingException json ? json.getLocation() : null;
        return place == null || place.getLineNr() < 0
                ? ""
                : ", at line: " + place.getLineNr() + ", column: " + place.getColumnNr();
    }

    public int status() {
        return status;
    }

    public ApiError error() {
        return error;
    }
}

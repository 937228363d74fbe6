package dev.loom.gateway.provider.errors;

import dev.loom.gateway.provider.Outcome;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a provider that denies something is talking about. Only where that is our key, our account, or the place of the
 * gateway, is it of no use to anyone. Whatever one request names (a file, a model, a feature, a server for tools) another
 * request can do without; and where nothing is said, such as by a firewall that dislikes one prompt, it may be that.
 */
final class Denied {

    /** Something that is the client's own. Further than a refusal of this one request nothing follows from it. */
    private static final Pattern CLIENTS_OWN = Pattern.compile("\\bmcp server|\\bconnector\\b"
            + "|permission to access the file|cachedcontent|storage\\.objects|cloud storage object"
            + "|azurecognitivesearch|azure search");

    private static final List<String> PERMISSION = List.of(
            "permission_error",
            "permissions_error",
            "permission_denied",
            "forbidden",
            "accessdenied",
            "accessdeniedexception",
            "model.accessdenied",
            "allocationquota.freetieronly");

    /** With 401, too, these are about less than the key: a right, a model, or somebody behind the provider. */
    private static final List<String> PART = List.of(
            "missing_scope",
            "key_model_access_denied",
            "team_model_access_denied",
            "user_model_access_denied",
            "org_model_access_denied");

    private static final Pattern PART_WORDS = Pattern.compile("^you have insufficient permissions for this operation"
            + "|not allowed to access model"
            + "|missing (?:required )?scopes?\\b");

    /** A router (OpenRouter, LiteLLM) tells of the one that it has asked, with the codes of that one. */
    private static final Pattern BEHIND = Pattern.compile("provider returned error|litellm\\.\\w+: ");

    private static final Pattern NOT_ALLOWED =
            Pattern.compile("(?:not|n't) (?:be )?(?:allowed|authorized|permitted|enabled|available)"
                    + "|(?:not|n't) have (?:access|permission)"
                    + "|(?:access|permission)(?: to model)? (?:is |was )?denied"
                    + "|must be verified to"
                    + "|blocked from using"
                    + "|violation of provider terms of service");

    /** What says no more than the status, as firewalls do. */
    private static final Pattern MUTE = Pattern.compile("(?:403 )?forbidden\\.?|error code: 1\\d{3}");

    private Denied() {}

    /** Null where nothing is denied. */
    static @Nullable Outcome of(int status, ErrorBody error) {
        String message = error.message().toLowerCase(Locale.ROOT);
        boolean behind = BEHIND.matcher(message).lookingAt();
        return switch (status) {
            case 0, 400 -> !behind && Refused.of(status, error) != null ? Outcome.CREDENTIAL : null;
            case 429 -> CLIENTS_OWN.matcher(message).find() ? Outcome.CALLER_FAULT : null;
            case 401, 403 ->
                CLIENTS_OWN.matcher(message).find()
                        ? Outcome.CALLER_FAULT
                        : behind ? Outcome.UNSUPPORTED_HERE : denied(status, error, message);
            default -> null;
        };
    }

    private static @Nullable Outcome denied(int status, ErrorBody error, String message) {
        boolean part = error.says(PART) || PART_WORDS.matcher(message).find();
        if (Refused.of(status, error) != null || (status == 401 && !part)) {
            return Outcome.CREDENTIAL;
        }
        boolean denied = part
                || error.mute()
                || error.says(PERMISSION)
                || MUTE.matcher(message).matches()
                || NOT_ALLOWED.matcher(message).find();
        return denied ? Outcome.UNSUPPORTED_HERE : null;
    }
}

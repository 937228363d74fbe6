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

    private static final List<String> KEY = List.of(
            "authentication_error",
            "invalid_api_key",
            "invalid_authentication",
            "unauthenticated",
            "account_deactivated",
            "organization_restricted",
            "unsupported_country_region_territory",
            // Google's reasons
            "api_key_invalid",
            "api_key_service_blocked",
            "api_key_ip_address_blocked",
            "api_key_http_referrer_blocked",
            "api_key_android_app_blocked",
            "api_key_ios_app_blocked",
            "access_token_expired",
            "access_token_type_unsupported",
            "access_token_scope_insufficient",
            "credentials_missing",
            "account_state_invalid",
            "consumer_invalid",
            "consumer_suspended",
            "service_disabled",
            "user_project_denied",
            "location_policy_violated",
            "org_restriction_violation",
            "security_policy_violated");

    /** With which messages begin that are about the key or the place; further behind, they may quote the client. */
    private static final Pattern KEY_BEGINS = Pattern.compile("api key not valid"
            + "|your api key (?:was reported|has (?:been|expired)|is (?:invalid|disabled|expired))"
            + "|incorrect api key provided"
            + "|authentication failed"
            + "|the security token included in the request"
            + "|oauth (?:authentication|token)"
            + "|(?:this|your) organization has been disabled"
            + "|your project has been denied access"
            + "|method doesn't allow unregistered callers"
            + "|user location is not supported"
            + "|access denied due to (?:virtual network|invalid subscription)"
            + "|public access is disabled"
            + "|traffic is not from an approved private endpoint");

    /** Something that is the client's own. Further than a refusal of this one request nothing follows from it. */
    private static final Pattern CLIENTS_OWN = Pattern.compile("\\bmcp server|\\bconnector\\b"
            + "|permission to access the file|cachedcontent|storage\\.objects|cloud storage object");

    private static final List<String> PERMISSION =
            List.of("permission_error", "permissions_error", "permission_denied", "missing_scope", "forbidden");

    private static final Pattern NOT_ALLOWED = Pattern.compile(
            "(?:not|n't) (?:be )?(?:allowed|authorized|permitted|enabled|available)|not have (?:access|permission)"
                    + "|(?:access|permission) (?:is |was )?denied");

    /** The one right without which a key of OpenAI's is good for nothing. */
    private static final String EVERY_MODEL = "model.request";

    private Denied() {}

    /** Null where nothing is denied. */
    static @Nullable Outcome of(int status, ErrorBody error) {
        String message = error.message().toLowerCase(Locale.ROOT);
        return switch (status) {
            case 400 -> isOfKey(error, message) ? Outcome.CREDENTIAL : null;
            case 401 -> unauthorized(error, message);
            case 403 -> forbidden(error, message);
            default -> null;
        };
    }

    private static Outcome unauthorized(ErrorBody error, String message) {
        if (CLIENTS_OWN.matcher(message).find()) {
            return Outcome.CALLER_FAULT;
        }
        boolean oneRight = error.says(List.of("missing_scope")) && !message.contains(EVERY_MODEL);
        return oneRight ? Outcome.UNSUPPORTED_HERE : Outcome.CREDENTIAL;
    }

    private static @Nullable Outcome forbidden(ErrorBody error, String message) {
        if (CLIENTS_OWN.matcher(message).find()) {
            return Outcome.CALLER_FAULT;
        } else if (isOfKey(error, message)) {
            return Outcome.CREDENTIAL;
        }
        boolean mute = error.mute() || message.equals("forbidden");
        boolean denied =
                mute || error.says(PERMISSION) || NOT_ALLOWED.matcher(message).find();
        return denied ? Outcome.UNSUPPORTED_HERE : null;
    }

    private static boolean isOfKey(ErrorBody error, String message) {
        return error.says(KEY) || KEY_BEGINS.matcher(message).lookingAt();
    }
}

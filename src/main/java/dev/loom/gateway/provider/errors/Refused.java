package dev.loom.gateway.provider.errors;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Why a provider is of no use to anyone: it accepts neither our key nor our account, or not from where the gateway is. */
enum Refused {
    KEY(
            "invalid_api_key",
            List.of(
                    "authentication_error",
                    "invalid_api_key",
                    "expired_api_key",
                    "invalid_authentication",
                    "unauthenticated",
                    "account_deactivated",
                    "organization_restricted",
                    "no_organization",
                    "mismatched_organization",
                    "authenticationtypedisabled",
                    // LiteLLM's
                    "token_not_found_in_db",
                    "expired_key",
                    // Amazon's
                    "unrecognizedclientexception",
                    "expiredtokenexception",
                    "invalidsignatureexception",
                    // Google's reasons
                    "api_key_invalid",
                    "api_key_service_blocked",
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
                    "org_restriction_violation"),
            Pattern.compile(
                    "api key (?:not valid|expired)"
                            + "|(?:(?:this|your|the|the provided) )?(?:api key|(?:access |bearer )?token|account|organization|project)"
                            + " (?:is|was|has|has been) (?:currently )?(?:invalid|disabled|deactivated|suspended|revoked|expired"
                            + "|blocked|leaked|reported as leaked)\\b(?! (?:for|from|to)\\b)"
                            + "|incorrect api key provided"
                            + "|(?:authentication|authorization) failed"
                            + "|the security token included in the request"
                            + "|invalid (?:access|bearer) token"
                            // Amazon's "Bearer Token has expired", masked.
                            + "|bearer \\S+ has expired"
                            + "|oauth (?:authentication|token)"
                            + "|this authentication method does not have sufficient permissions"
                            + "|key based authentication is disabled"
                            + "|access to the chat endpoint is denied"
                            + "|the inference gateway is not enabled for your organization"
                            + "|your project has been denied access"
                            + "|access denied due to invalid subscription"
                            // Google's
                            + "|method doesn't allow unregistered callers"
                            + "|request had (?:insufficient|invalid) authentication"
                            + "|requests (?:to this api \\S+ method \\S+|from referer \\S+) are blocked"
                            + "|(?:generative language|vertex ai) api has not been used in project"
                            // The one right without which a key of OpenAI's is good for nothing.
                            + "|you have insufficient permissions for this operation\\. missing scopes: (?:[\\w.]+, )*model\\.request\\b")),
    COUNTRY(
            "unsupported_country_region_territory",
            List.of("unsupported_country_region_territory", "location_policy_violated"),
            Pattern.compile("country, region, or territory not supported|user location is not supported")),
    ADDRESS(
            "ip_not_authorized",
            List.of("ip_not_authorized", "api_key_ip_address_blocked", "security_policy_violated"),
            Pattern.compile("(?:your )?ip (?:address )?(?:is )?not (?:authorized|allowed)"
                    + "|the provided api key has an ip address restriction"
                    + "|access denied due to virtual network"
                    + "|a virtual network is configured for this resource"
                    + "|public access is disabled"
                    + "|traffic is not from an approved private endpoint"));

    /**
     * What providers say with 400. There a message may begin with whatever the client has named, and go on behind it; so
     * it must say this and nothing else.
     */
    private static final Pattern ALL_OF_A_400 = Pattern.compile("api key not valid\\. please pass a valid api key\\.?"
            + "|api key expired\\. please renew the api key\\.?"
            + "|incorrect api key provided: \\S+(?: you can (?:find|obtain) (?:an|your) api key (?:at|from) \\S+)?"
            + "|(?:this|your) organization has been disabled\\.?"
            + "|user location is not supported for the api use\\.?");

    private final String code;

    @SuppressWarnings("ImmutableEnumChecker") // List.of gives one that is.
    private final List<String> codes;

    private final Pattern begins;

    /**
     * @param code OpenAI's for it
     * @param codes types, codes and reasons
     * @param begins with which messages begin; further behind, they may quote the client
     */
    Refused(String code, List<String> codes, Pattern begins) {
        this.code = code;
        this.codes = codes;
        this.begins = begins;
    }

    /** OpenAI's code for it, whatever the provider's own is. */
    static String code(int status, ErrorBody error) {
        Refused refused = of(status, error);
        return (refused == null ? KEY : refused).code;
    }

    /**
     * Null where it is about something else, which may be one request.
     *
     * @param status 0 inside an answer, where words alone are not believed
     */
    static @Nullable Refused of(int status, ErrorBody error) {
        for (Refused refused : values()) {
            if (error.says(refused.codes)) {
                return refused;
            }
        }
        String message = error.message().toLowerCase(Locale.ROOT);
        boolean saysAll = !error.isOfTemplate() && ALL_OF_A_400.matcher(message).matches();
        if (status == 0 || (status == 400 && !saysAll)) {
            return null;
        }
        for (Refused refused : values()) {
            if (refused.begins.matcher(message).lookingAt()) {
                return refused;
            }
        }
        return status == 400 ? KEY : null;
    }
}

package dev.loom.gateway.provider.errors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.AnyJson;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Headers;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.TestHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What providers' refusals mean. Long: a row for each refusal of each provider. */
class ClassifierTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    private static Failure classify(int status, String body, String... headers) {
        return Classifier.classify(status, TestHeaders.of(headers), body.getBytes(UTF_8), NOW);
    }

    private static String error(@Nullable String type, @Nullable String code, String message) {
        return Json.string(Json.object()
                .set("error", Json.object().put("type", type).put("code", code).put("message", message)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "402 |                       |                            | Pay first                         | QUOTA",
                "429 | insufficient_quota    | insufficient_quota         | You exceeded your current quota   | QUOTA",
                "400 |                       | billing_hard_limit_reached | Billing hard limit                | QUOTA",
                "400 | invalid_request_error |                            | Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits. | QUOTA",
                "401 | invalid_request_error | invalid_api_key            | Incorrect API key                 | CREDENTIAL",
                "401 |                       | 401                        | Access denied                     | CREDENTIAL",
                "403 | authentication_error  |                            | No                                | CREDENTIAL",
                "403 | permission_error      |                            | No                                | UNSUPPORTED_HERE",
                "400 | INVALID_ARGUMENT      | 400                        | API key not valid. Please pass a valid API key. | CREDENTIAL",
                "429 | requests              | rate_limit_exceeded        | Slow down                         | RATE_LIMITED",
                "429 |                       | RateLimitReached           | Slow down                         | RATE_LIMITED",
                "503 | RESOURCE_EXHAUSTED    | 429                        | Quota                             | RATE_LIMITED",
                "429 | tokens                | rate_limit_exceeded        | Request too large for gpt-4 in organization org-1 on tokens per min (TPM): Limit 10000, Requested 20000. The input or output tokens must be reduced in order to run successfully. | UNSUPPORTED_HERE",
                "413 | tokens                | rate_limit_exceeded        | Request too large for model `m` in organization `o` service tier `on_demand` on tokens per minute (TPM): Limit 6000, Requested 7000, please reduce your message size and try again. | UNSUPPORTED_HERE",
                "429 |                       | 429                        | litellm.RateLimitError: RateLimitError: OpenAIException - Request too large for gpt-4 on tokens per min (TPM): Limit 10000, Requested 20000. | UNSUPPORTED_HERE",
                "429 | tokens                | rate_limit_exceeded        | Rate limit reached for gpt-4 on tokens per min (TPM): Limit 10000, Used 9000, Requested 2000. | RATE_LIMITED",
                "429 | external_connector_error | http_error              | Error retrieving tool list from MCP server: 'crm'. Http status code: 429 | CALLER_FAULT",
                "404 | invalid_request_error | model_not_found            | No such thing                     | MODEL_GONE",
                "403 | invalid_request_error | model_not_found            | No access                         | MODEL_GONE",
                "404 | invalid_request_error | DeploymentNotFound         | The API deployment                | MODEL_GONE",
                "404 | not_found_error       |                            | model: claude-9                   | MODEL_GONE",
                "400 | invalid_request_error | context_length_exceeded    | Too much                          | CONTEXT_LENGTH",
                "400 | invalid_request_error |                            | prompt is too long: 9 tokens > 8  | CONTEXT_LENGTH",
                "413 |                       |                            | exceeds the maximum number of tokens | CONTEXT_LENGTH",
                "400 | too_many_prompt_tokens |                           | x                                 | CONTEXT_LENGTH",
                "400 |                       | too_many_prompt_tokens     | x                                 | CONTEXT_LENGTH",
                "400 | BadRequestError       | 400                        | This model's maximum context length is 8 | CONTEXT_LENGTH",
                "408 |                       |                            | x                                 | TRANSIENT",
                "409 |                       |                            | x                                 | TRANSIENT",
                "500 | server_error          |                            | x                                 | TRANSIENT",
                "501 |                       |                            | x                                 | TRANSIENT",
                "529 | overloaded_error      |                            | Overloaded                        | TRANSIENT",
                "302 |                       |                            | x                                 | TRANSIENT",
                "400 | invalid_request_error |                            | x                                 | CALLER_FAULT",
                "403 |                       | 403                        | Your input was flagged            | CALLER_FAULT",
                "404 |                       |                            | Not Found                         | CALLER_FAULT",
                "413 | request_too_large     |                            | Body too large                    | CALLER_FAULT",
                "422 |                       |                            | x                                 | CALLER_FAULT",
            })
    void statuses_types_codes_and_words_decide(
            int status, @Nullable String type, @Nullable String code, String message, Outcome expected) {
        assertThat(classify(status, error(type, code, message)).outcome()).isEqualTo(expected);
    }

    /** 401, 403 and their like in the words of the providers: what is about the key, what about one request. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                // OpenAI
                "401 | invalid_request_error | invalid_api_key | Incorrect API key provided: ***. | CREDENTIAL",
                "401 | invalid_request_error | account_deactivated | The OpenAI account associated with this API key has been deactivated. | CREDENTIAL",
                "401 | invalid_request_error | ip_not_authorized | Your IP is not authorized to access this project. | CREDENTIAL",
                "403 | invalid_request_error | ip_not_authorized | Your IP is not authorized to access this project. | CREDENTIAL",
                "403 | | | Your IP is not authorized to access this project. | CREDENTIAL",
                "403 | invalid_request_error | | You have insufficient permissions for this operation. Missing scopes: model.request | CREDENTIAL",
                "401 | invalid_request_error | | You have insufficient permissions for this operation. Missing scopes: model.request. Check that you have the correct role. | CREDENTIAL",
                "401 | | | You have insufficient permissions for this operation. Missing scopes: api.responses.write. Check that you have the correct role. | UNSUPPORTED_HERE",
                "403 | | | You have insufficient permissions for this operation. Missing scopes: api.responses.write. | UNSUPPORTED_HERE",
                "403 | | | You have insufficient permissions for this operation. Missing scopes: api.files.read, model.request. | CREDENTIAL",
                "403 | | | File 'Missing scopes: model.request' was flagged | UNSUPPORTED_HERE",
                "401 | invalid_request_error | no_organization | You must be a member of an organization to use the API. | CREDENTIAL",
                "401 | invalid_request_error | mismatched_organization | OpenAI-Organization header should match organization for API key | CREDENTIAL",
                "403 | | 403 | Country, region, or territory not supported | CREDENTIAL",
                "403 | invalid_request_error | | Your organization must be verified to use the model 'gpt-image-1'. | UNSUPPORTED_HERE",
                "400 | invalid_request_error | unsupported_value | Your organization must be verified to stream this model. | UNSUPPORTED_HERE",
                "401 | invalid_request_error | missing_scope | You have insufficient permissions for this operation. Missing scopes: model.request. | CREDENTIAL",
                "401 | invalid_request_error | missing_scope | You have insufficient permissions for this operation. Missing scopes: api.files.read. | UNSUPPORTED_HERE",
                "401 | external_connector_error | http_error | Error retrieving tool list from MCP server: 'crm'. Http status code: 401 (Unauthorized) | CALLER_FAULT",
                "403 | invalid_request_error | http_error | Error retrieving tool list from MCP server: 'crm'. Http status code: 403 (Forbidden) | CALLER_FAULT",
                "424 | external_connector_error | http_error | Error retrieving tool list from MCP server: 'crm'. | CALLER_FAULT",
                "403 | invalid_request_error | model_not_found | Project `proj_1` does not have access to model `gpt-4o` | MODEL_GONE",
                "403 | invalid_request_error | | You are not allowed to sample from this model | UNSUPPORTED_HERE",
                "403 | invalid_request_error | | You are not allowed to generate logprobs for this model. | UNSUPPORTED_HERE",
                "403 | request_forbidden | unsupported_country_region_territory | Country, region, or territory not supported | CREDENTIAL",
                // Azure
                "401 | | 401 | Access denied due to invalid subscription key or wrong API endpoint. | CREDENTIAL",
                "401 | | PermissionDenied | The principal `p` lacks the required data action. | CREDENTIAL",
                "403 | | 403 | Access denied due to Virtual Network/Firewall rules. | CREDENTIAL",
                "403 | | AccessDenied | Public access is disabled. Please configure private endpoint. | CREDENTIAL",
                "403 | | AuthenticationTypeDisabled | Key based authentication is disabled for this resource. | CREDENTIAL",
                "403 | | 403 | A Virtual Network is configured for this resource. Please use the correct endpoint for making requests. | CREDENTIAL",
                "401 | | 401 | Invalid AzureCognitiveSearch configuration detected: Call to get Azure Search index failed. | CALLER_FAULT",
                // Anthropic
                "401 | authentication_error | | invalid x-api-key | CREDENTIAL",
                "401 | authentication_error | | Invalid authorization token for MCP server 'crm'. Please check your token and try again. | CALLER_FAULT",
                "403 | permission_error | | OAuth authentication is currently not allowed for this organization. | CREDENTIAL",
                "403 | permission_error | | OAuth token does not meet scope requirement user:inference | CREDENTIAL",
                "403 | permission_error | | Your API key has been disabled. | CREDENTIAL",
                "400 | invalid_request_error | | This organization has been disabled. | CREDENTIAL",
                "400 | invalid_request_error | | This credential is only authorized for use with Claude Code and cannot be used for other API requests. | UNSUPPORTED_HERE",
                "403 | permission_error | | Your API key does not have permission to use the specified resource. | UNSUPPORTED_HERE",
                "403 | permission_error | | This organization is not permitted to use the beta files-api-2025-04-14. | UNSUPPORTED_HERE",
                "403 | permission_error | | Your organization does not have access to claude-opus-5. | UNSUPPORTED_HERE",
                "403 | permission_error | | Web search is disabled by your organization's policy. | UNSUPPORTED_HERE",
                "403 | permission_error | | user_location: the country 'KP' is not allowed. | UNSUPPORTED_HERE",
                "403 | permission_error | | Permission denied | UNSUPPORTED_HERE",
                "403 | forbidden | | Request not allowed | UNSUPPORTED_HERE",
                // Google
                "403 | PERMISSION_DENIED | 403 | Method doesn't allow unregistered callers (callers without established identity). | CREDENTIAL",
                "403 | PERMISSION_DENIED | 403 | Your API key was reported as leaked. Please use another API key. | CREDENTIAL",
                "403 | PERMISSION_DENIED | 403 | Your project has been denied access. Please contact support. | CREDENTIAL",
                "403 | PERMISSION_DENIED | 403 | Requests to this API generativelanguage.googleapis.com method google.ai.generativelanguage.v1beta.GenerativeService.GenerateContent are blocked. | CREDENTIAL",
                "403 | PERMISSION_DENIED | 403 | Requests from referer <empty> are blocked. | CREDENTIAL",
                "403 | PERMISSION_DENIED | 403 | Request had insufficient authentication scopes. | CREDENTIAL",
                "403 | PERMISSION_DENIED | 403 | Generative Language API has not been used in project 1 before or it is disabled. | CREDENTIAL",
                "403 | PERMISSION_DENIED | 403 | The provided API key has an IP address restriction. | CREDENTIAL",
                "400 | INVALID_ARGUMENT | 400 | API key expired. Please renew the API key. | CREDENTIAL",
                "401 | UNAUTHENTICATED | 401 | Request had invalid authentication credentials. Expected OAuth 2 access token. | CREDENTIAL",
                "403 | PERMISSION_DENIED | 403 | The caller does not have permission | UNSUPPORTED_HERE",
                "403 | PERMISSION_DENIED | 403 | You do not have permission to access tuned model tunedModels/mine | UNSUPPORTED_HERE",
                "403 | PERMISSION_DENIED | 403 | Permission 'aiplatform.endpoints.predict' denied on resource '//aiplatform.googleapis.com/projects/p/locations/l/publishers/google/models/gemini-9' (or it may not exist). | UNSUPPORTED_HERE",
                "403 | PERMISSION_DENIED | 403 | You do not have permission to access the File abc or it may not exist. | CALLER_FAULT",
                "403 | PERMISSION_DENIED | 403 | CachedContent not found (or permission denied) | CALLER_FAULT",
                "403 | PERMISSION_DENIED | 403 | Permission 'aiplatform.cachedContents.get' denied on resource '//aiplatform.googleapis.com/projects/p/locations/l/cachedContents/1' (or it may not exist). | CALLER_FAULT",
                "403 | PERMISSION_DENIED | 403 | service-1@gcp-sa.example.org does not have storage.objects.get access to the Google Cloud Storage object. | CALLER_FAULT",
                "400 | FAILED_PRECONDITION | 400 | User location is not supported for the API use. | CREDENTIAL",
                // others
                "403 | permissions_error | model_permission_blocked_org | The model `m` is blocked at the organization level. | MODEL_GONE",
                "403 | permissions_error | model_permission_blocked_project | The model `m` is blocked at the project level. | MODEL_GONE",
                "400 | invalid_request_error | organization_restricted | Organization has been restricted. | CREDENTIAL",
                "403 | | 403 | Key limit exceeded (total limit). | QUOTA",
                "402 | | 402 | Insufficient credits. Add more using https://example.org | QUOTA",
                "402 | | 402 | This request requires more credits, or fewer max_tokens. You requested up to 65536 tokens, but can only afford 30104. To increase, visit https://example.org | UNSUPPORTED_HERE",
                "402 | | 402 | This request requires more credits, or fewer max_tokens. You requested up to 65536 tokens, but can only afford 0. To increase, visit https://example.org | QUOTA",
                "402 | | 402 | Prompt tokens limit exceeded: 64128 > 6964. To increase, visit https://example.org | UNSUPPORTED_HERE",
                "402 | | 402 | Prompt tokens limit exceeded: 64128 > 0. | QUOTA",
                "403 | | 403 | The chosen model requires moderation, and your input was flagged. | CALLER_FAULT",
                "403 | | 403 | The request is prohibited due to a violation of provider Terms Of Service. | UNSUPPORTED_HERE",
                "403 | | 403 | Provider returned error | UNSUPPORTED_HERE",
                "401 | | 401 | Provider returned error | UNSUPPORTED_HERE",
                "401 | | 401 | User not found. | CREDENTIAL",
                "401 | | 401 | No auth credentials found | CREDENTIAL",
                "401 | key_model_access_denied | 401 | key not allowed to access model. This key can only access models=['a']. Tried to access b | UNSUPPORTED_HERE",
                "403 | key_model_access_denied | 403 | key not allowed to access model. This key can only access models=['a']. Tried to access b | UNSUPPORTED_HERE",
                "401 | team_model_access_denied | 401 | team not allowed to access model. | UNSUPPORTED_HERE",
                "401 | | 401 | Authentication Error, API Key not allowed to access model. This token can only access models=['a']. Tried to access b | UNSUPPORTED_HERE",
                "403 | | 403 | The requested model 'b' is not available for this API key | UNSUPPORTED_HERE",
                "401 | | 401 | litellm.AuthenticationError: AuthenticationError: OpenAIException - Incorrect API key provided: ***. | UNSUPPORTED_HERE",
                "403 | | 403 | litellm.PermissionDeniedError: BedrockException - User u has been disabled | UNSUPPORTED_HERE",
                "401 | authentication_error | 401 | litellm.AuthenticationError: AuthenticationError: OpenAIException - x | UNSUPPORTED_HERE",
                "401 | invalid_request_error | invalid_api_key | litellm.AuthenticationError: x | UNSUPPORTED_HERE",
                "403 | authentication_error | 403 | Provider returned error | UNSUPPORTED_HERE",
                "400 | authentication_error | 400 | litellm.BadRequestError: x | CALLER_FAULT",
                "401 | token_not_found_in_db | 401 | Authentication Error, Invalid proxy server token passed. | CREDENTIAL",
                "401 | expired_key | 401 | Authentication Error - Expired Key. | CREDENTIAL",
                "429 | budget_exceeded | 429 | Budget has been exceeded! Current cost: 5.0, Max budget: 1.0 | QUOTA",
                "400 | budget_exceeded | 400 | Budget has been exceeded! Current cost: 5.0, Max budget: 1.0 | QUOTA",
                "400 | budget_exceeded | 400 | Budget has been exceeded! Team=our team Current cost: 5.0, Max budget: 1.0 | QUOTA",
                "400 | budget_exceeded | 400 | Budget has been exceeded! Tag=engineering Current cost: 505.50, Max budget: 500.0 | CALLER_FAULT",
                "429 | budget_exceeded | 429 | Budget has been exceeded! Tag=engineering Current cost: 505.50, Max budget: 500.0 | RATE_LIMITED",
                "429 | budget_exceeded | 429 | ExceededBudget: End User=ann over budget. | RATE_LIMITED",
                "412 | error | PRECONDITION_FAILED | Account acme is suspended, possibly due to reaching the monthly spending limit or failure to pay past invoices. | QUOTA",
                "400 | | Arrearage | Access denied, please make sure your account is in good standing. | QUOTA",
                "403 | | Model.AccessDenied | Access to model denied. Please make sure you are eligible for using the model. | UNSUPPORTED_HERE",
                "403 | | AllocationQuota.FreeTierOnly | The free tier of the model has been exhausted. | UNSUPPORTED_HERE",
                "403 | | | This authentication method does not have sufficient permissions to call Inference Providers on behalf of user u | CREDENTIAL",
                "403 | | | Authorization failed | CREDENTIAL",
                "403 | | | Invalid access token. | CREDENTIAL",
                "403 | | 403 | The inference gateway is not enabled for your organization | CREDENTIAL",
                "403 | | | Bearer Token has expired | CREDENTIAL",
                "401 | | invalid_api_key | Invalid bearer token | CREDENTIAL",
                "403 | UnrecognizedClientException | | The security token included in the request is invalid. | CREDENTIAL",
                "403 | AccessDeniedException | | You don't have access to the model with the specified model ID. | UNSUPPORTED_HERE",
                "403 | | | Your account is not authorized to invoke this API operation. | UNSUPPORTED_HERE",
                "403 | | | Your account has been suspended. | CREDENTIAL",
                "403 | | | The API key is disabled | CREDENTIAL",
                "403 | | | Your account is blocked from using this model | UNSUPPORTED_HERE",
                "403 | | | The user ann has been blocked for violating our policies | CALLER_FAULT",
                "403 | | | Missing required scopes | UNSUPPORTED_HERE",
                "403 | invalid_request_error | | File 'Your API key has been disabled.' is not allowed | UNSUPPORTED_HERE",
            })
    void a_refusal_is_of_the_key_only_where_it_is_about_the_key(
            int status, @Nullable String type, @Nullable String code, String message, Outcome expected) {
        assertThat(classify(status, error(type, code, message)).outcome()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SERVICE_DISABLED | Gemini API has not been used in project 1 before or it is disabled. | CREDENTIAL",
                "API_KEY_SERVICE_BLOCKED | Requests to this API method are blocked. | CREDENTIAL",
                "API_KEY_IP_ADDRESS_BLOCKED | The provided API key has an IP address restriction. | CREDENTIAL",
                "CONSUMER_INVALID | Permission denied on resource project p. | CREDENTIAL",
                "CONSUMER_SUSPENDED | Permission denied: Consumer 'c' has been suspended. | CREDENTIAL",
                "ACCESS_TOKEN_SCOPE_INSUFFICIENT | Request had insufficient authentication scopes. | CREDENTIAL",
                "BILLING_DISABLED | This API method requires billing to be enabled. | QUOTA",
                "IAM_PERMISSION_DENIED | Permission 'aiplatform.endpoints.predict' denied on resource 'r' (or it may not exist). | UNSUPPORTED_HERE",
            })
    void googles_reasons_decide(String reason, String message, Outcome expected) {
        String body = "{\"error\":{\"code\":403,\"message\":\"" + message
                + "\",\"status\":\"PERMISSION_DENIED\",\"details\":["
                + "{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"" + reason + "\"},"
                + "{\"@type\":\"type.googleapis.com/google.rpc.Help\"}]}}";
        assertThat(classify(403, body).outcome()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401 | '' | CREDENTIAL",
                "401 | <html>401</html> | CREDENTIAL",
                "403 | '' | UNSUPPORTED_HERE",
                "403 | {} | UNSUPPORTED_HERE",
                "403 | <html>Sorry, you have been blocked</html> | UNSUPPORTED_HERE",
                "403 | {\"message\":\"Forbidden\"} | UNSUPPORTED_HERE",
                "403 | {\"message\":\"Your prompt was flagged.\"} | CALLER_FAULT",
                "403 | {\"message\":\"The security token included in the request is invalid.\"} | CREDENTIAL",
                "403 | {\"Message\":\"Authentication failed: Please make sure your API Key is valid.\"} | CREDENTIAL",
                "403 | {\"Message\":\"User u is not authorized to perform: bedrock:InvokeModel on m\"} | UNSUPPORTED_HERE",
                "400 | {\"code\":\"Client specified an invalid argument\",\"error\":\"Incorrect API key provided: ab***yz.\"} | CREDENTIAL",
                "403 | RBAC: access denied | UNSUPPORTED_HERE",
                "403 | error code: 1010 | UNSUPPORTED_HERE",
                "403 | {\"error\":\"403 Forbidden\",\"status\":403} | UNSUPPORTED_HERE",
                "403 | <html><head><title>403 Forbidden</title></head><body><center>nginx</center></body></html> | UNSUPPORTED_HERE",
                "401 | {\"error\":\"Unauthorized\"} | CREDENTIAL",
                "401 | {\"detail\":\"Unauthorized\"} | CREDENTIAL",
                "403 | {\"code\":\"The caller does not have permission to execute the specified operation\",\"error\":\"Your newly created team doesn't have any credits or licenses yet.\"} | QUOTA",
                "403 | {\"code\":\"permission-denied\",\"error\":\"Your team t has either used all available credits or reached its monthly spending limit.\"} | QUOTA",
                "429 | {\"code\":\"x\",\"error\":\"Your team t has either used all available credits or reached its monthly spending limit.\"} | QUOTA",
                "403 | {\"code\":\"personal-team-blocked:spending-limit\",\"error\":\"You have run out of credits or need a Grok subscription.\"} | QUOTA",
                "403 | {\"code\":\"permission-denied\",\"error\":\"Access to the chat endpoint is denied. Please ensure you're using the correct credentials.\"} | CREDENTIAL",
                "403 | {\"code\":\"The caller does not have permission to execute the specified operation\",\"error\":\"Content violates usage guidelines. Team: t, API key ID: k, Model: m, Failed check: SAFETY_CHECK_TYPE_BIO\"} | CALLER_FAULT",
                "400 | {\"code\":\"Client specified an invalid argument\",\"error\":\"Incorrect API key provided: sk***YA. You can obtain an API key from https://console.x.ai.\"} | CREDENTIAL",
            })
    void a_403_that_says_nothing_makes_nobody_rest_and_a_401_is_about_the_key(
            int status, String body, Outcome expected) {
        assertThat(classify(status, body).outcome()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Invalid value: 'Your credit balance is too low'.",
                "Bad part 'API key not valid'",
                "messages[0] says insufficient balance",
                "Your credit balance is too low: Extra inputs are not permitted",
                "Your credit balance is too low is not a valid model ID",
                "Your API key has been disabled: Extra inputs are not permitted",
                "API key not valid is not a valid model ID",
                "API key not valid. Please pass a valid API key. is not a valid model ID",
                "User location is not supported for the API use. is not a valid model ID",
                "This organization has been disabled.: Extra inputs are not permitted",
                "Incorrect API key provided: a. You can obtain an API key from https://b. is not a valid model ID",
                "Insufficient balance",
                "Insufficient balance None",
                "Your credit balance is too low to be a role",
            })
    void a_client_cannot_put_a_provider_out_by_having_its_own_words_quoted(String message) {
        assertThat(classify(422, error("invalid_request_error", null, message)).outcome())
                .isIn(Outcome.CALLER_FAULT, Outcome.UNSUPPORTED_HERE);
        assertThat(classify(400, error("invalid_request_error", null, message)).outcome())
                .isIn(Outcome.CALLER_FAULT, Outcome.UNSUPPORTED_HERE);
    }

    /** The templates of these servers for chats, which a client may send along, can fail with any words. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Insufficient balance",
                "Your credit balance is too low to access the Anthropic API.",
                "API key expired. Please renew the API key.",
                "This organization has been disabled.",
                "Country, region, or territory not supported",
            })
    void words_of_a_servers_template_are_those_of_a_client(String message) {
        assertThat(classify(400, error("BadRequestError", "400", message)).outcome())
                .isEqualTo(Outcome.CALLER_FAULT);
        assertThat(classify(
                                400,
                                "{\"object\":\"error\",\"message\":\"" + message
                                        + "\",\"type\":\"BadRequestError\",\"code\":400}")
                        .outcome())
                .isEqualTo(Outcome.CALLER_FAULT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"insufficient balance", "API key expired", "Your credit balance is too low"})
    void the_name_of_a_field_is_no_word_of_the_provider(String field) {
        String detail = "{\"loc\":[\"body\",\"" + field + "\"],\"msg\":\"extra fields not permitted\"}";
        for (int status : new int[] {400, 403, 409, 422, 429}) {
            assertThat(classify(status, "{\"detail\":[" + detail + "]}").outcome())
                    .isNotIn(Outcome.QUOTA, Outcome.CREDENTIAL);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"detail\":", "[{\"msg\":", "{\"message\":["})
    void an_error_may_have_any_depth(String open) throws InterruptedException {
        String close = new StringBuilder(open.replaceAll("[^\\[{]", ""))
                .reverse()
                .toString()
                .replace('[', ']')
                .replace('{', '}');
        int depth = 990 / close.length();
        String body = "{\"detail\":" + open.repeat(depth) + "\"x\"" + close.repeat(depth) + "}";
        List<Failure> read = new CopyOnWriteArrayList<>();
        Thread small = new Thread(null, () -> read.add(classify(500, body)), "small", 512 << 10);
        small.start();
        small.join();
        assertThat(read).hasSize(1);
        assertThat(read.get(0).outcome()).isEqualTo(Outcome.TRANSIENT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"error\":\"model is loading\"} | model is loading",
                "{\"error\":{\"code\":503,\"message\":\"Loading model\",\"type\":\"unavailable_error\"}} | Loading model",
                "[{\"error\":{\"code\":503,\"message\":\"Unavailable\",\"status\":\"UNAVAILABLE\"}}] | Unavailable",
                "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}} | Overloaded",
                "{\"object\":\"error\",\"message\":\"old style\",\"code\":50001} | old style",
                "{\"detail\":\"Service down\"} | Service down",
                "{\"detail\":[{\"msg\":\"field required\"}]} | field required",
                "{\"error\":\"busy\",\"error_description\":\"Too many of us\"} | Too many of us",
                "no healthy upstream | no healthy upstream",
            })
    void the_message_is_found_in_every_shape(String body, String message) {
        assertThat(classify(503, body).error().message()).isEqualTo(message);
        assertThat(classify(503, body).outcome()).isEqualTo(Outcome.TRANSIENT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "<html><body>502 Bad Gateway</body></html>",
                "{}",
                "[]",
                "null",
                "{\"error\":{}}",
                "\u0000\u0001"
            })
    void a_body_without_a_message_is_replaced_by_the_status(String body) {
        assertThat(classify(502, body).error().message())
                .isEqualTo("The provider answered with status 502 and no readable message.");
    }

    @Test
    void the_client_sees_openais_words() {
        assertThat(classify(404, error(null, "DeploymentNotFound", "Gone")).error())
                .isEqualTo(new ApiError("Gone", "invalid_request_error", null, "model_not_found"));
        assertThat(classify(429, error("tokens", "RateLimitReached", "Slow")).error())
                .isEqualTo(new ApiError("Slow", "tokens", null, "rate_limit_exceeded"));
        assertThat(classify(529, error("overloaded_error", null, "Busy")).error())
                .isEqualTo(new ApiError("Busy", "server_error", null, "overloaded_error"));
        assertThat(classify(500, error("server_error", "500", "Oops")).error())
                .isEqualTo(new ApiError("Oops", "server_error", null, null));
    }

    @Test
    void a_callers_fault_keeps_message_param_and_code() {
        String body =
                "{\"error\":{\"message\":\"Filtered\",\"type\":null,\"param\":\"prompt\",\"code\":\"content_filter\"}}";
        assertThat(classify(400, body).error())
                .isEqualTo(new ApiError("Filtered", "invalid_request_error", "prompt", "content_filter"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"message\":{\"detail\":[{\"type\":\"extra_forbidden\",\"loc\":[\"body\",\"stream_options\"],\"msg\":\"Extra inputs are not permitted\"}]},\"type\":\"invalid_request_error\"} | Extra inputs are not permitted (stream_options) | stream_options",
                "{\"detail\":[{\"loc\":[\"body\",\"messages\",0,\"content\"],\"msg\":\"field required\"},{\"loc\":[\"body\",\"n\"],\"msg\":\"too big\"}]} | field required (messages.0.content); too big (n) | messages.0.content",
                "{\"error\":{\"message\":{\"why\":\"no idea\"}}} | {\"why\":\"no idea\"} |",
                "{\"error\":{\"message\":[\"one\",\"two\"]}} | one; two |",
                "{\"error\":{\"code\":400,\"message\":\"Bad\",\"status\":\"INVALID_ARGUMENT\",\"details\":[{\"fieldViolations\":[{\"field\":\"contents[0].parts\",\"description\":\"empty\"}]}]}} | Bad | contents[0].parts",
            })
    void a_message_that_is_no_text_is_put_into_words_and_names_the_field(
            String body, String message, @Nullable String param) {
        assertThat(classify(422, body).error().message()).isEqualTo(message);
        assertThat(classify(422, body).error().param()).isEqualTo(param);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"innererror\":{\"code\":\"ResponsibleAIPolicyViolation\",\"content_filter_result\":{\"jailbreak\":{\"filtered\":true,\"detected\":true}}}}",
                "{\"content_filter_results\":{\"hate\":{\"filtered\":true,\"severity\":\"high\"}}}",
                "{\"failed_generation\":\"<function=f{\\\"x\\\":1\"}",
                "{\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.BadRequest\",\"fieldViolations\":[{\"field\":\"f\",\"description\":\"d\"}]}]}",
                "{\"details\":{\"error_code\":\"image_dimensions_too_large\"}}",
            })
    void details_of_a_callers_fault_reach_the_client(String details) throws Exception {
        JsonNode error = Json.MAPPER.readTree("{\"message\":\"m\",\"code\":\"c\"," + details.substring(1));
        Failure failure = classify(400, Json.string(Json.object().set("error", error)));
        assertThat(failure.error().toJson())
                .isEqualTo(Json.MAPPER.readTree("{\"message\":\"m\",\"type\":\"invalid_request_error\",\"param\":"
                        + (details.contains("fieldViolations") ? "\"f\"" : "null") + ",\"code\":\"c\","
                        + details.substring(1)));
    }

    @Test
    void details_that_are_not_for_clients_stay_behind() {
        String project =
                "{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"metadata\":{\"consumer\":\"projects/1\"}}";
        String violations =
                "{\"@type\":\"type.googleapis.com/google.rpc.BadRequest\",\"fieldViolations\":[{\"field\":\"f\"}]}";
        assertThat(classify(400, "{\"error\":{\"message\":\"m\",\"details\":[" + project + "," + violations + "]}}")
                        .error()
                        .toJson()
                        .toString())
                .contains("fieldViolations")
                .doesNotContain("consumer");
        assertThat(classify(400, "{\"error\":{\"message\":\"m\",\"details\":[" + project + "]}}")
                        .error()
                        .details())
                .isEmpty();
    }

    @Test
    void details_are_masked_and_bounded() {
        String key = "sk-abcdefghijklmnop";
        String body = "{\"error\":{\"message\":\"m\",\"failed_generation\":\"" + key + " %s\",\"innererror\":{\"a\":[\""
                + key + "\"]}}}";
        assertThat(classify(400, body.formatted("x")).error().toJson().toString())
                .contains("failed_generation", "innererror")
                .doesNotContain(key);
        assertThat(classify(400, body.formatted("no ".repeat(50_000)))
                        .error()
                        .toJson()
                        .toString())
                .contains("failed_generation")
                .hasSizeLessThan(5_000);
        String deep = "{\"error\":{\"message\":\"m\",\"innererror\":{\"a\":" + "[\"x\",".repeat(500) + "1"
                + "]".repeat(500) + "}}}";
        assertThat(classify(400, deep).error().message()).isEqualTo("m");
    }

    @Test
    void keys_in_messages_are_masked() {
        assertThat(classify(401, error(null, null, "Incorrect API key provided: sk-ab12."))
                        .error()
                        .message())
                .isEqualTo("Incorrect API key provided: ***");
        assertThat(classify(400, "Authorization: Bearer topsecret!").error().message())
                .doesNotContain("topsecret");
    }

    @Test
    void a_long_message_is_cut() {
        assertThat(classify(400, error(null, null, "no ".repeat(50_000)))
                        .error()
                        .message())
                .hasSizeLessThan(4_100);
    }

    @Test
    void request_id_and_retry_after_come_along() {
        Failure failure = classify(429, "", "Retry-After", "3", "x-request-id", "req_1");
        assertThat(failure.requestId()).isEqualTo("req_1");
        assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(3));
        assertThat(failure.status()).isEqualTo(429);
    }

    @Test
    void the_reset_of_a_rate_limit_does_not_shorten_the_cool_down_of_an_empty_account() {
        String body = error("insufficient_quota", "insufficient_quota", "Quota");
        assertThat(classify(429, body, "x-ratelimit-reset-requests", "20ms").retryAfter())
                .isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"error\":{\"message\":\"x\",\"type\":\"server_error\"}} | TRANSIENT",
                "{\"error\":\"out of memory\"} | TRANSIENT",
                "{\"error\":{\"code\":429,\"message\":\"x\"}} | RATE_LIMITED",
                "{\"error\":{\"type\":\"rate_limit_error\",\"message\":\"x\"}} | RATE_LIMITED",
                "{\"error\":{\"code\":\"insufficient_quota\",\"message\":\"x\"}} | QUOTA",
                "{\"error\":{\"code\":401,\"message\":\"x\"}} | CREDENTIAL",
                "{\"error\":{\"type\":\"invalid_request_error\",\"message\":\"x\"}} | CALLER_FAULT",
                "{\"error\":{\"code\":\"context_length_exceeded\",\"message\":\"x\"}} | CONTEXT_LENGTH",
                "[{\"error\":{\"status\":\"RESOURCE_EXHAUSTED\",\"message\":\"x\"}}] | RATE_LIMITED",
                "{\"message\":\"x\",\"code\":502} | TRANSIENT",
                "{\"error\":{\"code\":\"content_filter\",\"status\":400}} | CALLER_FAULT",
                "{\"error\":{\"code\":\"content_filter\",\"message\":\"x\"}} | CALLER_FAULT",
                "{\"error\":{\"code\":\"x\",\"status\":422}} | CALLER_FAULT",
                "{\"error\":{\"code\":\"invalid_api_key\",\"message\":\"bad key\"}} | CREDENTIAL",
                "{\"error\":{\"code\":\"unsupported_country_region_territory\",\"message\":\"x\"}} | CREDENTIAL",
                "{\"error\":{\"message\":\"Incorrect API key provided: x\"}} | TRANSIENT",
                "{\"error\":{\"code\":\"invalid_api_key\",\"message\":\"Provider returned error\"}} | TRANSIENT",
                "{\"error\":{\"code\":\"x\",\"status\":429}} | RATE_LIMITED",
                "{\"error\":{\"code\":\"x\",\"status\":503}} | TRANSIENT",
                "{\"error\":{\"type\":\"too_many_prompt_tokens\",\"message\":\"x\",\"code\":400}} | CONTEXT_LENGTH",
            })
    void an_error_inside_a_200_gets_the_class_of_its_status_or_code(String frame, Outcome expected) {
        Failure failure = Classifier.inside(Json.lenient(frame.getBytes(UTF_8)));
        assertThat(failure.outcome()).isEqualTo(expected);
        assertThat(failure.status()).isZero();
    }

    @Property
    void no_bytes_make_it_throw(@ForAll @IntRange(max = 999) int status, @ForAll byte[] body) {
        Failure failure = Classifier.classify(status, Headers.NONE, body, NOW);
        assertThat(failure.outcome()).isNotEqualTo(Outcome.SUCCESS);
    }

    @Property(tries = 200)
    void no_json_makes_it_throw(
            @ForAll @IntRange(min = 300, max = 599) int status, @ForAll(supplier = AnyJson.class) String body) {
        assertThat(classify(status, body).error().message()).isNotBlank();
        assertThat(Classifier.inside(Json.lenient(body.getBytes(UTF_8))).error().message())
                .isNotBlank();
    }
}

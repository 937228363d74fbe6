package dev.loom.gateway.accounts;

import java.time.Duration;

/**
 * No room within a limit.
 *
 * @param used in the window, with what requests under way may use; tokens or nano-dollars
 * @param most that the account's tier allows
 * @param retryIn when the same request could pass; a second where that hangs on requests under way
 */
public record Refusal(Limit limit, long used, long most, Duration retryIn) implements Decision {}

package dev.loom.gateway.config.accounts;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An entry of {@code token_accounting.limits}.
 *
 * @param name by which tiers, errors and metrics call it; by default said by the window, such as {@code per_day}
 * @param window of {@code align}, the longest that it can be
 * @param align null: the window slides; {@code day} or {@code month}: it begins with each
 * @param maxTokens input and output, at least 1
 */
public record TokenLimitConfig(String name, Duration window, @Nullable String align, int maxTokens) {}

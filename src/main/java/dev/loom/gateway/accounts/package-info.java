/**
 * Who spends what: accounts, what they have used in the windows of their limits, and what is kept of it. Knows neither
 * Camel nor HTTP; time is passed in.
 */
@NullMarked
package dev.loom.gateway.accounts;

import org.jspecify.annotations.NullMarked;

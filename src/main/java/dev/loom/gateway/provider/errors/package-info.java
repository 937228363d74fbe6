/** What a provider's refusal means: its class, its words for the client, and when to come back. */
@NullMarked
package dev.loom.gateway.provider.errors;

import org.jspecify.annotations.NullMarked;

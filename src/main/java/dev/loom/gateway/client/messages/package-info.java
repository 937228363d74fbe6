/** Anthropic's Messages, as clients speak it. */
@NullMarked
package dev.loom.gateway.client.messages;

import org.jspecify.annotations.NullMarked;

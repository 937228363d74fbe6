/** OpenAI's chat completions, which are the hub's own language. */
@NullMarked
package dev.loom.gateway.client.chat;

import org.jspecify.annotations.NullMarked;

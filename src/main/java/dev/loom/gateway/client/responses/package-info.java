/** OpenAI's Responses, as clients speak them. */
@NullMarked
package dev.loom.gateway.client.responses;

import org.jspecify.annotations.NullMarked;

/** OpenAI's older completions of a text, as clients speak them. */
@NullMarked
package dev.loom.gateway.client.completions;

import org.jspecify.annotations.NullMarked;

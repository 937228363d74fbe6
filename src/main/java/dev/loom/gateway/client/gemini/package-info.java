/** Gemini's own language, as clients speak it. */
@NullMarked
package dev.loom.gateway.client.gemini;

import org.jspecify.annotations.NullMarked;

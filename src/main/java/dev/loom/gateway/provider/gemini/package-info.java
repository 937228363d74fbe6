/** The language of Gemini, and the addresses of Vertex, which serves Claude too. */
@NullMarked
package dev.loom.gateway.provider.gemini;

import org.jspecify.annotations.NullMarked;

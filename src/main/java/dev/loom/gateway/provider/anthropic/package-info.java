/** The language of Anthropic. */
@NullMarked
package dev.loom.gateway.provider.anthropic;

import org.jspecify.annotations.NullMarked;

/** The languages of OpenAI and Azure. */
@NullMarked
package dev.loom.gateway.provider.openai;

import org.jspecify.annotations.NullMarked;

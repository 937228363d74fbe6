/** {@code token_accounting} and {@code limits}: whose request it is, what they may use, and where that is kept. */
@NullMarked
package dev.loom.gateway.config.accounts;

import org.jspecify.annotations.NullMarked;

/** Where the usage of accounts is kept beyond the end of the process. */
@NullMarked
package dev.loom.gateway.accounts.store;

import org.jspecify.annotations.NullMarked;

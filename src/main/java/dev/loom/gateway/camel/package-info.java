/**
 * Beneath it stands everything that knows Camel and Vert.x, one room for each step of a request's way; here only what users
 * write into their own files: the exceptions that routes name.
 */
@NullMarked
package dev.loom.gateway.camel;

import org.jspecify.annotations.NullMarked;

/** The only package that knows Camel and Vert.x: processors and wiring for the routes in {@code routes/}. */
@NullMarked
package dev.loom.gateway.camel;

import org.jspecify.annotations.NullMarked;

/** Start and stop: the process of its own, and the gateway inside another application. */
@NullMarked
package dev.loom.gateway.camel.app;

import org.jspecify.annotations.NullMarked;

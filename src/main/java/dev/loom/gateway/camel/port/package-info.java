/** The two ports: who may come in, the client's connection, and answers that need no route. */
@NullMarked
package dev.loom.gateway.camel.port;

import org.jspecify.annotations.NullMarked;

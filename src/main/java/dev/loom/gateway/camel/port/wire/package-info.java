/** Bytes to requests: how strictly HTTP is read, how long a client may take for it, and how a connection ends. */
@NullMarked
package dev.loom.gateway.camel.port.wire;

import org.jspecify.annotations.NullMarked;

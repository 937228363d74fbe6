/** What can be seen of the gateway from outside: log, traces, meters, JMX. */
@NullMarked
package dev.loom.gateway.camel.observe;

import org.jspecify.annotations.NullMarked;

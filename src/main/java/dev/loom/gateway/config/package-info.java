/** What the user wrote, as validated records, and the one loader that makes them. Nothing else reads YAML. */
@NullMarked
package dev.loom.gateway.config;

import org.jspecify.annotations.NullMarked;

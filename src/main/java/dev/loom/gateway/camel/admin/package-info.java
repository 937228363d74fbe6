/**
 * The steps of {@code admin}, {@code operate}, {@code explain}, {@code page} and {@code probes.camel.yaml}.
 */
@NullMarked
package dev.loom.gateway.camel.admin;

import org.jspecify.annotations.NullMarked;

/**
 * The languages that clients speak, each read into the hub (OpenAI's chat completions with extension fields) and
 * written from it. Pure functions: no I/O, no clock.
 */
@NullMarked
package dev.loom.gateway.client;

import org.jspecify.annotations.NullMarked;

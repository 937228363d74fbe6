/** All the languages of clients. */
@NullMarked
package dev.loom.gateway.client.surfaces;

import org.jspecify.annotations.NullMarked;

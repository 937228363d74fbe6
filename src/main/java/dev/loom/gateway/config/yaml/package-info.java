/** The text of configuration files: a tree in which every value knows its place, its variables, and what is wrong with it. */
@NullMarked
package dev.loom.gateway.config.yaml;

import org.jspecify.annotations.NullMarked;

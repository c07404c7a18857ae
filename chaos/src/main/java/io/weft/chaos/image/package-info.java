/**
 * Makes the image that agents run in, without a registry: a linked Java runtime, the few shared
 * libraries it needs, busybox and the project's jars, packed as {@code docker load} takes them.
 */
@NullMarked
package io.weft.chaos.image;

import org.jspecify.annotations.NullMarked;

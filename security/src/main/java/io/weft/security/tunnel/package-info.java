/**
 * Session keys for the tunnels between two hosts, agreed by the two alone and replaced without
 * loss.
 */
@NullMarked
package io.weft.security.tunnel;

import org.jspecify.annotations.NullMarked;

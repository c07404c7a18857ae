/** Weft gossip. */
@NullMarked
package io.weft.gossip;

import org.jspecify.annotations.NullMarked;

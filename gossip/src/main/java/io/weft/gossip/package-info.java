/**
 * Membership by SWIM and versioned owner records by incremental sync. This package holds the words
 * that all others share; the deciding core is in {@code core}, links in {@code link}, bytes in
 * {@code wire}, the world in {@code transport}.
 */
@NullMarked
package io.weft.gossip;

import org.jspecify.annotations.NullMarked;

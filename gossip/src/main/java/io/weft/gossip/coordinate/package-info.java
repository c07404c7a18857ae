/**
 * Network coordinates: each node finds itself a place in a small space, so that the distance of two
 * places tells the round trip between two nodes, also of two that never measured each other.
 */
@NullMarked
package io.weft.gossip.coordinate;

import org.jspecify.annotations.NullMarked;

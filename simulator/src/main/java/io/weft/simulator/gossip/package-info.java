/**
 * Simulated gossip: the production cores of membership and links on many hosts in one world, with a
 * schedule of faults and an observer who knows the truth.
 */
@NullMarked
package io.weft.simulator.gossip;

import org.jspecify.annotations.NullMarked;

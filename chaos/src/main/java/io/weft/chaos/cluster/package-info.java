/** Clusters of real agents to experiment on, behind one interface. */
@NullMarked
package io.weft.chaos.cluster;

import org.jspecify.annotations.NullMarked;

/** The network between simulated hosts: datagrams that get lost, links that hang, partitions. */
@NullMarked
package io.weft.simulator.network;

import org.jspecify.annotations.NullMarked;

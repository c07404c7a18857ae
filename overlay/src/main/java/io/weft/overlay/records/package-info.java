/** What each host says about itself by gossip: its endpoints and how its tunnels are reached. */
@NullMarked
package io.weft.overlay.records;

import org.jspecify.annotations.NullMarked;

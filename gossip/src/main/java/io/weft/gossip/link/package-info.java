/** The link core: keeps one link to every wanted peer, with exponential backoff and full jitter. */
@NullMarked
package io.weft.gossip.link;

import org.jspecify.annotations.NullMarked;

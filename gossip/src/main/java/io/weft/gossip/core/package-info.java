/**
 * The membership core: failure detector, dissemination, owner records and their sync. It sees no
 * clock, no socket and no thread.
 */
@NullMarked
package io.weft.gossip.core;

import org.jspecify.annotations.NullMarked;

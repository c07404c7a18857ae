/** Authenticated encryption of gossip datagrams under keys that all members of a cluster share. */
@NullMarked
package io.weft.security.keyring;

import org.jspecify.annotations.NullMarked;

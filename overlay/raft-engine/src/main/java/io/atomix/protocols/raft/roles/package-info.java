/** Code of ours that must sit beside Atomix's roles to see what they keep to their package. */
@NullMarked
package io.atomix.protocols.raft.roles;

import org.jspecify.annotations.NullMarked;

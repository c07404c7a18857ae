/**
 * The replicated log on Atomix's mended Raft core. Only this package may see {@code io.atomix}; the
 * rest of Weft sees {@link io.weft.overlay.consensus}.
 *
 * <p>One engine runs on one thread: Raft, state machine, sessions and messages alike. Voters talk
 * in protobuf frames over whatever carries {@link
 * io.weft.overlay.consensus.ConsensusListener#send}. A command travels to the leader's engine,
 * which proposes it in a session of its own, so that no client session crosses a link.
 */
@NullMarked
package io.weft.overlay.registry.atomix;

import org.jspecify.annotations.NullMarked;

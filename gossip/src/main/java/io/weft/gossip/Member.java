package io.weft.gossip;

import io.weft.security.identity.NodeId;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One member as this node sees it now.
 *
 * @param id the hash of its public key
 * @param name a label for people; not unique, may change
 * @param address where its datagrams and links are reached
 * @param state what is believed of its life
 * @param incarnation raised by the member alone, to refute what others say of its life
 * @param generation rises with each start of the member's process; a higher one supersedes all of a
 *     lower one
 * @param version the highest version of the member's own records that this node holds
 * @param rttMillis smoothed round trip of direct probes in milliseconds; -1 while unknown
 * @param labels the member's labels
 */
public record Member(
    NodeId id,
    String name,
    PeerAddress address,
    MemberState state,
    long incarnation,
    long generation,
    long version,
    double rttMillis,
    SortedMap<String, String> labels) {

  public Member {
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
  }

  /** Whether its records count: it is alive, or only suspected. */
  public boolean present() {
    return state == MemberState.ALIVE || state == MemberState.SUSPECT;
  }
}

package io.weft.gossip.core;

import com.google.protobuf.ByteString;
import io.weft.gossip.RoundTrip;
import io.weft.gossip.coordinate.Coordinate;
import io.weft.gossip.coordinate.Vivaldi;
import io.weft.security.identity.NodeId;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Where this node is among the others, by network coordinates. Each answer to a probe tells where
 * its sender is; as each member is probed in turn, each comes to know where all are.
 */
final class Locator {
  private final Members members;
  private final Vivaldi place;
  private long refused;

  Locator(Members members, RandomGenerator random) {
    this.members = members;
    this.place = new Vivaldi(random);
  }

  /** What an answer by this way should tell: over a link no round trips are measured. */
  ByteString told(Route route) {
    return switch (route) {
      case Route.Datagram d -> place.bytes();
      case Route.Link l -> ByteString.EMPTY;
    };
  }

  /**
   * A member answered a probe of this node's, both by datagram.
   *
   * @param told where it said it is; empty if it did not
   */
  void measured(MemberEntry entry, double millis, ByteString told) {
    double filtered = entry.measured(millis);
    if (told.isEmpty()) {
      return;
    }
    Coordinate coordinate = Coordinate.read(told);
    if (coordinate == null) {
      refused++;
      return;
    }
    entry.told(coordinate);
    place.measured(filtered, coordinate);
  }

  /** How many answers told of a place that there is not. */
  long refused() {
    return refused;
  }

  /** As {@link GossipCore#roundTrip}. */
  Optional<RoundTrip> roundTrip(NodeId a, NodeId b) {
    NodeId self = members.self().id();
    if (a.equals(self) || b.equals(self)) {
      MemberEntry other = members.get(a.equals(self) ? b : a);
      return other == null || other.rttMillis() < 0
          ? Optional.empty()
          : Optional.of(new RoundTrip(MemberViews.micros(other.rttMillis()), true));
    }
    Coordinate one = coordinate(a);
    Coordinate two = coordinate(b);
    return a.equals(b) || one == null || two == null
        ? Optional.empty()
        : Optional.of(new RoundTrip(MemberViews.micros(one.roundTripMillis(two)), false));
  }

  /** Where a member is; null while that is not known, to this node or to itself. */
  private @Nullable Coordinate coordinate(NodeId id) {
    MemberEntry entry = members.get(id);
    Coordinate told = entry == null ? null : entry.coordinate();
    return told != null && told.found() ? told : null;
  }
}

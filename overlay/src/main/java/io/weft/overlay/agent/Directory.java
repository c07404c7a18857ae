package io.weft.overlay.agent;

import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.gossip.core.GossipCore;
import io.weft.overlay.records.EndpointRecord;
import io.weft.overlay.records.HostRecord;
import io.weft.overlay.records.Parsed;
import io.weft.overlay.records.RecordCodec;
import io.weft.security.identity.NodeId;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the other members say of themselves by gossip, parsed: their hosts, endpoints and public
 * keys. A failed member's host record is remembered while the member is, because its tunnel must
 * not be taken apart (see {@link io.weft.overlay.planner.PeerKeys}); its endpoints are hidden by
 * gossip itself.
 */
final class Directory {
  /** The key under which a member gossips its public key: SubjectPublicKeyInfo, DER. */
  static final String PUBLIC_KEY = "pk";

  private final GossipCore gossip;
  private final NodeId self;
  private final TreeMap<NodeId, HostRecord> hosts = new TreeMap<>();
  private final TreeSet<NodeId> expelled = new TreeSet<>();

  /** What was read when the endpoints were last asked for; most of them have not changed since. */
  private TreeMap<NodeId, TreeMap<String, Read>> read = new TreeMap<>();

  private long malformed;

  /** One endpoint record, and what it says: null when it cannot be read. */
  private static final class Read {
    final byte[] bytes;
    final @Nullable EndpointRecord endpoint;

    Read(byte[] bytes, @Nullable EndpointRecord endpoint) {
      this.bytes = bytes;
      this.endpoint = endpoint;
    }
  }

  Directory(NodeId self, GossipCore gossip) {
    this.self = self;
    this.gossip = gossip;
  }

  /** Reads the host records anew; a member that is forgotten, or has left, loses its own. */
  void refresh() {
    SortedMap<NodeId, SortedMap<String, byte[]>> shown = gossip.records(HostRecord.KEY);
    TreeMap<NodeId, HostRecord> known = new TreeMap<>();
    for (Member member : others()) {
      byte[] bytes =
          shown.getOrDefault(member.id(), Collections.emptySortedMap()).get(HostRecord.KEY);
      HostRecord parsed = bytes == null ? null : parse(RecordCodec.host(bytes));
      HostRecord host = parsed != null ? parsed : hosts.get(member.id());
      if (host != null && member.state() != MemberState.LEFT) {
        known.put(member.id(), host);
      }
    }
    hosts.clear();
    hosts.putAll(known);
  }

  /** From now on as if there were no such member: nothing that it says of itself counts. */
  void expel(NodeId id) {
    expelled.add(id);
    hosts.remove(id);
  }

  private <T> @Nullable T parse(Parsed<T> parsed) {
    return switch (parsed) {
      case Parsed.Valid<T> valid -> valid.value();
      case Parsed.Malformed<T> bad -> {
        malformed++;
        yield null;
      }
    };
  }

  /** All members but this host and those that are expelled, by id. */
  List<Member> others() {
    return gossip.members().stream()
        .filter(m -> !m.id().equals(self) && !expelled.contains(m.id()))
        .toList();
  }

  /** Where this host, and all others that have not left, are reached and have their tunnels end. */
  List<InetAddress> addresses(InetAddress own) {
    List<InetAddress> addresses = new ArrayList<>(List.of(own));
    for (Member member : others()) {
      if (member.state() != MemberState.LEFT) {
        addresses.add(member.address().ip());
        HostRecord host = hosts.get(member.id());
        if (host != null) {
          addresses.add(host.vtep());
        }
      }
    }
    return addresses;
  }

  /** What is known of a member's host, or null. */
  @Nullable HostRecord host(NodeId id) {
    return hosts.get(id);
  }

  /** The endpoints of the members that are present, by owner. */
  SortedMap<NodeId, List<EndpointRecord>> endpoints() {
    TreeMap<NodeId, TreeMap<String, Read>> now = new TreeMap<>();
    TreeMap<NodeId, List<EndpointRecord>> found = new TreeMap<>();
    gossip
        .records(EndpointRecord.KEY_PREFIX)
        .forEach(
            (owner, records) -> {
              TreeMap<String, Read> before = read.getOrDefault(owner, new TreeMap<>());
              TreeMap<String, Read> owned = new TreeMap<>();
              List<EndpointRecord> parsed = new ArrayList<>();
              records.forEach(
                  (key, bytes) -> {
                    Read one = readOnce(before.get(key), key, bytes);
                    owned.put(key, one);
                    if (one.endpoint != null) {
                      parsed.add(one.endpoint);
                    }
                  });
              now.put(owner, owned);
              found.put(owner, parsed);
            });
    read = now;
    found.keySet().removeAll(expelled);
    return found;
  }

  private Read readOnce(@Nullable Read before, String key, byte[] bytes) {
    return before != null && Arrays.equals(before.bytes, bytes)
        ? before
        : new Read(bytes, parse(RecordCodec.endpoint(key, bytes)));
  }

  /** A member's public key as it gossips it, unchecked; null when it does not. */
  byte @Nullable [] publicKey(NodeId id) {
    return gossip
        .records(PUBLIC_KEY)
        .getOrDefault(id, Collections.emptySortedMap())
        .get(PUBLIC_KEY);
  }

  /** A member's name, or the short form of its id. */
  String nameOf(NodeId id) {
    return gossip.member(id).map(Member::name).orElse(id.shortForm());
  }

  /** How many records of others could not be read. */
  long malformed() {
    return malformed;
  }
}

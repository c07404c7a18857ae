package io.weft.security.tunnel;

import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The inbound associations with one peer, in the order in which they were installed. A peer only
 * ever goes on to newer ones, so once it is known to use one, the older ones drain and are removed;
 * newer ones, of an exchange that is not confirmed, stay.
 */
final class InboundKeys {
  /**
   * Most associations with a peer at a time; reached only if links break again and again in
   * mid-exchange.
   */
  static final int MAX = 8;

  private static final long NEVER = Long.MAX_VALUE;

  private final NodeId peer;
  private final SpiPool spis;
  private final List<Inbound> installed = new ArrayList<>();
  private int confirmed;

  private record Inbound(int spi, long removeAtNanos) {}

  InboundKeys(NodeId peer, SpiPool spis) {
    this.peer = peer;
    this.spis = spis;
  }

  /** The newest association that the peer is known to use; 0 for none. */
  int confirmed() {
    return confirmed;
  }

  void install(SaKeys keys, TunnelKeyEffects out) {
    if (installed.size() == MAX) {
      Inbound oldest = installed.get(installed.get(0).spi == confirmed ? 1 : 0);
      installed.remove(oldest);
      remove(oldest, out);
    }
    installed.add(new Inbound(keys.spi(), NEVER));
    out.installInbound(peer, keys);
  }

  /** The peer is known to send on this association: those before it drain until the given time. */
  void confirm(int spi, long removeOlderAtNanos) {
    if (installed.stream().noneMatch(inbound -> inbound.spi == spi)) {
      return; // Pushed out since; those that are left are newer and have to stay.
    }
    confirmed = spi;
    for (int i = 0; i < installed.size() && installed.get(i).spi != spi; i++) {
      Inbound older = installed.get(i);
      installed.set(i, new Inbound(older.spi, Math.min(older.removeAtNanos, removeOlderAtNanos)));
    }
  }

  void removeDrained(long nowNanos, TunnelKeyEffects out) {
    Iterator<Inbound> each = installed.iterator();
    while (each.hasNext()) {
      Inbound inbound = each.next();
      if (inbound.removeAtNanos <= nowNanos) {
        each.remove();
        remove(inbound, out);
      }
    }
  }

  void removeAll(TunnelKeyEffects out) {
    installed.forEach(inbound -> remove(inbound, out));
    installed.clear();
    confirmed = 0;
  }

  long nextDeadlineNanos() {
    long next = NEVER;
    for (Inbound inbound : installed) {
      next = Math.min(next, inbound.removeAtNanos);
    }
    return next;
  }

  private void remove(Inbound inbound, TunnelKeyEffects out) {
    out.removeInbound(peer, inbound.spi);
    spis.giveBack(inbound.spi);
  }
}

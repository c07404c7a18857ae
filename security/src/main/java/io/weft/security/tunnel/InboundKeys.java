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

  /**
   * An association.
   *
   * @param doubtful the peer has said since that it sends on an older one: it can hardly use this
   */
  private record Inbound(int spi, long removeAtNanos, boolean doubtful) {}

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
      Inbound least = leastMissed();
      installed.remove(least);
      remove(least, out);
    }
    installed.add(new Inbound(keys.spi(), NEVER, false));
    out.installInbound(peer, keys);
  }

  /**
   * The one that is given up when there are too many. First one that drains, for the peer has left
   * it; then the newest of those that the peer cannot have gone on to; one that it may send on only
   * when there is nothing else.
   */
  private Inbound leastMissed() {
    Inbound draining = null;
    Inbound doubtful = null;
    for (Inbound each : installed) {
      if (each.removeAtNanos != NEVER
          && (draining == null || each.removeAtNanos < draining.removeAtNanos)) {
        draining = each;
      }
      if (each.doubtful) {
        doubtful = each;
      }
    }
    if (draining != null) {
      return draining;
    }
    return doubtful != null ? doubtful : installed.get(installed.get(0).spi == confirmed ? 1 : 0);
  }

  /**
   * The peer says, as it begins an exchange or answers in one, what it sends on: those before it
   * drain, and whatever came of the exchanges after it did not reach the peer. It may say 0 when it
   * has just started and its kernel still sends on something from before: then only the newest is
   * known not to have reached it.
   */
  void peerSendsOn(int spi, long removeOlderAtNanos) {
    int from = installed.size() - 1;
    if (spi != 0) {
      int at = 0;
      while (at < installed.size() && installed.get(at).spi != spi) {
        at++;
      }
      if (at == installed.size()) {
        return; // of a former life of this host
      }
      confirm(spi, removeOlderAtNanos);
      from = at + 1;
    }
    for (int i = Math.max(0, from); i < installed.size(); i++) {
      Inbound newer = installed.get(i);
      if (newer.spi != confirmed) {
        installed.set(i, new Inbound(newer.spi, newer.removeAtNanos, true));
      }
    }
  }

  /** The peer is known to send on this association: those before it drain until the given time. */
  void confirm(int spi, long removeOlderAtNanos) {
    if (installed.stream().noneMatch(inbound -> inbound.spi == spi)) {
      return; // Pushed out since; those that are left are newer and have to stay.
    }
    confirmed = spi;
    int i = 0;
    for (; installed.get(i).spi != spi; i++) {
      Inbound older = installed.get(i);
      installed.set(
          i,
          new Inbound(
              older.spi, Math.min(older.removeAtNanos, removeOlderAtNanos), older.doubtful));
    }
    installed.set(i, new Inbound(spi, NEVER, false));
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

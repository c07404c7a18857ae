package io.weft.simulator.network;

/** A host as the network sees it. All calls come at the network's virtual time. */
public interface Endpoint {
  /** Whether the host runs; one that does not hears nothing and answers nothing. */
  boolean running();

  /** A datagram from another host. */
  void datagram(int from, byte[] payload);

  /** A link that this host dialled is open. */
  void dialed(long linkId, int peer);

  /** A link that this host dialled could not be opened. */
  void dialFailed(long linkId, String cause);

  /** Another host opened a link to this one. */
  void accepted(long linkId, int peer);

  /** A message on a link, in the order in which it was sent. */
  void message(long linkId, byte[] payload);

  /** A link is gone. */
  void closed(long linkId, String cause);
}

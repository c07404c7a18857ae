package io.weft.gossip.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.gossip.PeerAddress;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What every {@link Transport} keeps, the fake as the real one. */
public abstract class TransportContract {

  /** A member of one cluster, not yet started; closed when the test ends. */
  protected abstract Transport member(int number);

  protected abstract NodeId idOf(int number);

  /** Lets time pass until this holds; false if it never does. */
  protected abstract boolean await(BooleanSupplier condition);

  /** Writes down all that it is told. */
  public static final class Recorder implements TransportListener {
    private final List<String> heard = new ArrayList<>();

    private synchronized void add(String line) {
      heard.add(line);
    }

    public synchronized List<String> heard() {
      return List.copyOf(heard);
    }

    public boolean has(String start) {
      return heard().stream().anyMatch(h -> h.startsWith(start));
    }

    /** The rest of the first line with this start. */
    public String rest(String start) {
      return heard().stream()
          .filter(h -> h.startsWith(start))
          .findFirst()
          .orElseThrow()
          .substring(start.length());
    }

    /** The link id in the first line with this start. */
    public long link(String start) {
      String rest = rest(start);
      return Long.parseLong(rest.substring(0, rest.indexOf(' ')));
    }

    @Override
    public void datagram(PeerAddress from, byte[] payload) {
      add("datagram " + from + " " + payload.length);
    }

    @Override
    public void dialed(long linkId, NodeId peer) {
      add("dialed " + linkId + " " + peer);
    }

    @Override
    public void dialFailed(long linkId, String cause) {
      add("dialFailed " + linkId + " " + cause);
    }

    @Override
    public void accepted(long linkId, NodeId peer, PeerAddress from) {
      add("accepted " + linkId + " " + peer);
    }

    @Override
    public void acceptedAnonymous(long linkId, PeerAddress from) {
      add("anonymous " + linkId);
    }

    @Override
    public void message(long linkId, Channel channel, byte[] payload) {
      add("message " + linkId + " " + channel + " " + payload.length);
    }

    @Override
    public void closed(long linkId, String cause) {
      add("closed " + linkId + " " + cause);
    }
  }

  protected final Recorder one = new Recorder();
  protected final Recorder two = new Recorder();

  @Test
  void aDatagramArrivesWithItsSendersAddress() {
    Transport a = member(1);
    Transport b = member(2);
    a.start(one);
    b.start(two);
    assertThat(
            await(
                () -> {
                  a.sendDatagram(b.localAddress(), new byte[1200]);
                  return two.has("datagram " + a.localAddress() + " 1200");
                }))
        .isTrue();
  }

  @Test
  void aLinkProvesBothEndsAndKeepsItsOrderAndItsEndIsToldToBoth() {
    Transport a = member(1);
    Transport b = member(2);
    a.start(one);
    b.start(two);
    a.dial(2, b.localAddress(), idOf(2));
    assertThat(await(() -> one.has("dialed 2 ") && two.has("accepted "))).isTrue();
    assertThat(one.rest("dialed 2 ")).isEqualTo(idOf(2).hex());
    assertThat(two.rest("accepted ")).endsWith(" " + idOf(1));
    long accepted = two.link("accepted ");
    assertThat(accepted % 2).isEqualTo(1);
    for (int i = 0; i < 50; i++) {
      a.send(2, Channel.GOSSIP, new byte[i]);
    }
    a.send(2, Channel.RAFT, new byte[Transport.MAX_MESSAGE_BYTES]);
    b.send(accepted, Channel.TUNNEL, new byte[7]);
    String last = "message " + accepted + " RAFT " + Transport.MAX_MESSAGE_BYTES;
    assertThat(await(() -> two.has(last) && one.has("message 2 TUNNEL 7"))).isTrue();
    List<String> messages = two.heard().stream().filter(h -> h.startsWith("message")).toList();
    for (int i = 0; i < 50; i++) {
      assertThat(messages.get(i)).isEqualTo("message " + accepted + " GOSSIP " + i);
    }
    a.close(2);
    assertThat(await(() -> one.has("closed 2") && two.has("closed " + accepted))).isTrue();
    a.send(2, Channel.GOSSIP, new byte[1]);
  }

  @Test
  void aDialThatMeetsSomebodyElseFailsAndSaysSo() {
    Transport a = member(1);
    Transport b = member(2);
    a.start(one);
    b.start(two);
    a.dial(2, b.localAddress(), idOf(1));
    assertThat(await(() -> one.has("dialFailed 2 "))).isTrue();
    assertThat(one.rest("dialFailed 2 ")).contains("another node answers");
    assertThat(one.has("dialed")).isFalse();
  }

  @Test
  void aDialToWhereNobodyListensFails() {
    Transport a = member(1);
    Transport b = member(2);
    a.start(one);
    b.start(two);
    b.close();
    a.dial(4, b.localAddress(), null);
    assertThat(await(() -> one.has("dialFailed 4 "))).isTrue();
  }

  @Test
  void whenOneTransportClosesTheOtherIsTold() {
    Transport a = member(1);
    Transport b = member(2);
    a.start(one);
    b.start(two);
    a.dial(2, b.localAddress(), null);
    assertThat(await(() -> one.has("dialed 2 ") && two.has("accepted "))).isTrue();
    b.close();
    assertThat(await(() -> one.has("closed 2"))).isTrue();
  }
}

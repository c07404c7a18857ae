package io.weft.simulator.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.simulator.world.World;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SimNetworkTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long LINK = 2;

  private final World world = new World(5);
  private final SimNetwork network = new SimNetwork(world, NetworkProfile.site());
  private final Recorder a = new Recorder();
  private final Recorder b = new Recorder();

  @BeforeEach
  void attach() {
    network.attach(a);
    network.attach(b);
  }

  @Test
  void a_datagram_arrives_and_one_sent_or_under_way_during_a_cut_does_not() {
    send("before");
    world.runUntil(SECOND);
    send("under way");
    cut();
    send("during");
    world.runUntil(2 * SECOND);
    heal();
    send("after");
    world.runUntil(3 * SECOND);

    assertThat(b.heard).containsExactly("datagram 0 before", "datagram 0 after");
  }

  @Test
  void a_link_keeps_its_order_and_loses_nothing_through_a_short_cut() {
    open();
    for (int i = 0; i < 50; i++) {
      int number = i;
      world.after(number * 500_000L, () -> network.send(0, LINK, bytes(String.valueOf(number))));
    }
    world.after(10_000_000, this::cut);
    world.after(18_000_000, this::heal);
    world.runUntil(3 * SECOND);

    assertThat(b.messages()).isEqualTo(IntStream.range(0, 50).mapToObj(String::valueOf).toList());
  }

  @Test
  void a_link_is_given_up_at_both_ends_when_the_path_stays_away() {
    open();
    cut();
    network.send(0, LINK, bytes("lost"));
    world.runUntil(60 * SECOND);
    heal();
    world.runUntil(61 * SECOND);

    assertThat(a.heard).contains("closed 2 nothing heard for too long");
    assertThat(b.heard).contains("closed 1 nothing heard for too long");
    assertThat(b.messages()).isEmpty();
  }

  @Test
  void closing_one_end_delivers_what_was_sent_and_then_closes_the_other() {
    open();
    network.send(0, LINK, bytes("last words"));
    network.close(0, LINK);
    world.runUntil(2 * SECOND);

    assertThat(b.heard)
        .containsExactly("accepted 1 0", "message 1 last words", "closed 1 closed by the peer");
    assertThat(a.heard).containsExactly("dialed 2 1");
  }

  @Test
  void a_dial_into_a_cut_or_to_a_host_that_is_down_fails_after_its_timeout() {
    cut();
    network.dial(0, LINK, 1);
    world.runUntil(10 * SECOND);
    heal();
    b.running = false;
    network.dial(0, 4, 1);
    world.runUntil(20 * SECOND);

    assertThat(a.heard).containsExactly("dialFailed 2 no answer", "dialFailed 4 no answer");
  }

  @Test
  void a_crashed_host_leaves_its_peer_to_find_out_by_itself() {
    open();
    b.running = false;
    network.crashed(1);
    world.runUntil(5 * SECOND);
    assertThat(a.heard).containsExactly("dialed 2 1");

    world.runUntil(60 * SECOND);

    assertThat(a.heard).contains("closed 2 nothing heard for too long");
    assertThat(b.heard).containsExactly("accepted 1 0");
  }

  private void open() {
    network.dial(0, LINK, 1);
    world.runUntil(world.nowNanos() + SECOND);
  }

  private void cut() {
    network.block(new boolean[][] {{false, true}, {true, false}});
  }

  private void heal() {
    network.block(new boolean[2][2]);
  }

  private void send(String text) {
    network.sendDatagram(0, 1, bytes(text));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Writes down what the network tells it. */
  private static final class Recorder implements Endpoint {
    final List<String> heard = new ArrayList<>();
    boolean running = true;

    List<String> messages() {
      return heard.stream()
          .filter(line -> line.startsWith("message "))
          .map(line -> line.substring(line.lastIndexOf(' ') + 1))
          .toList();
    }

    @Override
    public boolean running() {
      return running;
    }

    @Override
    public void datagram(int from, byte[] payload) {
      heard.add("datagram " + from + " " + new String(payload, StandardCharsets.UTF_8));
    }

    @Override
    public void dialed(long linkId, int peer) {
      heard.add("dialed " + linkId + " " + peer);
    }

    @Override
    public void dialFailed(long linkId, String cause) {
      heard.add("dialFailed " + linkId + " " + cause);
    }

    @Override
    public void accepted(long linkId, int peer) {
      heard.add("accepted " + linkId + " " + peer);
    }

    @Override
    public void message(long linkId, byte[] payload) {
      heard.add("message " + linkId + " " + new String(payload, StandardCharsets.UTF_8));
    }

    @Override
    public void closed(long linkId, String cause) {
      heard.add("closed " + linkId + " " + cause);
    }
  }
}

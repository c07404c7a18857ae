package io.weft.overlay.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.gossip.PeerAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the operator hears of the members. */
class MemberEventsTest {
  @TempDir Path directory = Path.of("set by JUnit");
  private HostWorld world = new HostWorld(0, directory);

  @BeforeEach
  void world() {
    world = new HostWorld(61, directory);
  }

  @AfterEach
  void close() {
    world.close();
  }

  private static List<HostEvent> updates(SimHost observer) {
    return observer.events.stream().filter(e -> e.type().equals("member-updated")).toList();
  }

  @Test
  void aHostThatComesBackWithOtherLabelsOrAtAnotherAddressIsToldOfAsUpdatedAndWhy() {
    world.grown(2);
    SimHost observer = world.get(1);
    SimHost other = world.get(2);
    assertThat(updates(observer)).isEmpty();

    other.crash();
    other.start();
    world.run(3_000);
    assertThat(updates(observer)).isEmpty();

    other.crash();
    other.labels = new TreeMap<>(Map.of("zone", "b"));
    other.start();
    world.until("the labels are told", () -> updates(observer).size() == 1);
    assertThat(updates(observer).getFirst().subject()).isEqualTo(other.identity.name());
    assertThat(updates(observer).getFirst().cause()).startsWith("its labels changed; told by ");

    String before = other.address.toString();
    other.crash();
    other.address = PeerAddress.parse("10.0.0.99:7940");
    other.start();
    world.until("the address is told", () -> updates(observer).size() == 2);
    assertThat(updates(observer).getLast().cause())
        .startsWith("its address was " + before + ", now 10.0.0.99:7940; told by ");
  }
}

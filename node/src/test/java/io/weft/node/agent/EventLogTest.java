package io.weft.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.gossip.UserEvent;
import io.weft.node.api.view.EventView;
import io.weft.node.api.view.UserEventView;
import io.weft.overlay.agent.HostEvent;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which events are kept. */
final class EventLogTest {
  private final EventLog log = new EventLog();

  private void fire(byte... payload) {
    NodeId from = new NodeId("ab".repeat(NodeId.BYTES));
    UserEvent event = new UserEvent(from, "n1", 1, "flood", payload);
    log.add(new HostEvent("user-event", "flood", "told", event));
  }

  @Test
  void usersEventsDoNotDriveOutTheOthersAndFollowersGetThemAll() {
    List<EventView> followed = new ArrayList<>();
    log.follow(0, followed::add);
    log.add(new HostEvent("member-failed", "n2", "why"));
    for (int i = 0; i < 10_000; i++) {
      fire();
    }
    assertThat(log.from(0)).hasSize(1 + EventLog.MAX_OF_USERS);
    assertThat(log.from(0).getFirst().type()).isEqualTo("member-failed");
    assertThat(log.from(0).getLast().index()).isEqualTo(10_001);
    assertThat(followed).hasSize(10_001);
    for (int i = 0; i < EventLog.MAX_KEPT; i++) {
      log.add(new HostEvent("tunnel-up", "n2", "why"));
    }
    assertThat(log.from(0)).hasSize(EventLog.MAX_KEPT).allMatch(e -> e.user() == null);
    fire();
    assertThat(log.from(0)).hasSize(EventLog.MAX_KEPT);
    assertThat(log.from(0).getLast().user()).as("those that went count no more").isNotNull();
  }

  @Test
  void aPayloadThatIsNoTextIsShownInBase64() {
    fire((byte) 'a', (byte) 0xff);
    assertThat(log.from(0).getFirst().user())
        .isEqualTo(new UserEventView("flood", "Yf8=", "base64", "n1", "ab".repeat(32), 1));
  }
}

package io.weft.node.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.node.api.ApiException;
import io.weft.security.identity.NodeId;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Which member a user means. */
final class MemberNamesTest {
  private final List<Member> members =
      List.of(
          member("01", "a", MemberState.ALIVE),
          member("02", "a", MemberState.FAILED),
          member("03", "b", MemberState.FAILED),
          member("04", "b", MemberState.LEFT));

  private static Member member(String id, String name, MemberState state) {
    PeerAddress address = PeerAddress.parse("10.0.0.1:7940");
    return new Member(id(id), name, address, state, 0, 1, 1, -1, new TreeMap<>());
  }

  private static NodeId id(String twoDigits) {
    return new NodeId(twoDigits.repeat(NodeId.BYTES));
  }

  @Test
  void aMemberIsFoundByItsNameAndByTheBeginningOfItsIdButNotWhenItHasLeft() {
    assertThat(MemberNames.find(members, "b")).isEqualTo(id("03"));
    assertThat(MemberNames.find(members, "02020202")).isEqualTo(id("02"));
    assertThat(MemberNames.find(members, id("01").hex())).isEqualTo(id("01"));
    for (String nobody : List.of("0202020", "04040404", "c")) {
      assertThatThrownBy(() -> MemberNames.find(members, nobody))
          .isInstanceOf(ApiException.class)
          .hasMessage(
              "no member is called '" + nobody + "'; 'weft members' lists them with their ids");
    }
  }

  @Test
  void aNameOfTwoNamesTheirIds() {
    assertThatThrownBy(() -> MemberNames.find(members, "a"))
        .isInstanceOf(ApiException.class)
        .hasMessageStartingWith("'a' is several members; name one by its id: ")
        .hasMessageContainingAll(id("01").hex(), id("02").hex());
  }
}

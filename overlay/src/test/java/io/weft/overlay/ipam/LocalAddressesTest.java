package io.weft.overlay.ipam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.overlay.ipam.LocalAddresses.UnavailableException;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

class LocalAddressesTest {
  private static final AddressBlock SUBNET = AddressBlock.parse("10.32.0.0/28");
  private static final List<AddressBlock> BLOCKS =
      List.of(AddressBlock.parse("10.32.0.0/30"), AddressBlock.parse("10.32.0.12/30"));

  private static IpAddress ip(String text) {
    return IpAddress.parse(text);
  }

  private static IpAddress pick(SortedSet<IpAddress> taken, @Nullable String wanted)
      throws UnavailableException {
    return LocalAddresses.pick(SUBNET, BLOCKS, taken, wanted == null ? null : ip(wanted));
  }

  @Example
  void every_address_but_the_subnet_s_first_and_last_is_given_and_then_it_says_what_is_full()
      throws Exception {
    SortedSet<IpAddress> taken = new TreeSet<>();
    for (int i = 0; i < 6; i++) {
      assertThat(taken.add(pick(taken, null))).isTrue();
    }
    assertThat(taken).doesNotContain(ip("10.32.0.0"), ip("10.32.0.15"));
    assertThatThrownBy(() -> pick(taken, null))
        .isInstanceOfSatisfying(UnavailableException.class, e -> assertThat(e.exhausted()).isTrue())
        .hasMessageContaining("10.32.0.12/30");
  }

  @Example
  void an_address_that_is_asked_for_is_checked() throws Exception {
    SortedSet<IpAddress> taken = new TreeSet<>(List.of(ip("10.32.0.2")));
    assertThat(pick(taken, "10.32.0.13")).isEqualTo(ip("10.32.0.13"));
    for (String wrong : List.of("10.32.0.2", "10.32.0.5", "10.33.0.1", "10.32.0.0", "10.32.0.15")) {
      assertThatThrownBy(() -> pick(taken, wrong))
          .isInstanceOfSatisfying(
              UnavailableException.class, e -> assertThat(e.exhausted()).isFalse())
          .hasMessageContaining(wrong);
    }
  }

  @Example
  void a_host_without_a_block_is_told_so() {
    assertThatThrownBy(() -> LocalAddresses.pick(SUBNET, List.of(), new TreeSet<>(), null))
        .hasMessageContaining("holds no block");
  }

  @Example
  void all_blocks_are_a_ring_so_that_what_was_given_back_is_given_last() throws Exception {
    SortedSet<IpAddress> taken = new TreeSet<>();
    IpAddress last = null;
    for (String next :
        List.of(
            "10.32.0.1",
            "10.32.0.2",
            "10.32.0.3",
            "10.32.0.12",
            "10.32.0.13",
            "10.32.0.14",
            "10.32.0.1")) {
      last = LocalAddresses.pick(SUBNET, BLOCKS, taken, null, last);
      assertThat(last).isEqualTo(ip(next));
    }
    taken.addAll(List.of(ip("10.32.0.1"), ip("10.32.0.2"), ip("10.32.0.3")));
    assertThat(LocalAddresses.pick(SUBNET, BLOCKS, taken, null, ip("10.32.0.14")))
        .isEqualTo(ip("10.32.0.12"));
    assertThat(LocalAddresses.pick(SUBNET, BLOCKS, taken, null, ip("10.32.0.8")))
        .as("from between the blocks")
        .isEqualTo(ip("10.32.0.12"));
  }

  @Property
  void what_is_given_is_free_and_lies_in_the_blocks_INV_IPAM_1(@ForAll List<Boolean> moves)
      throws Exception {
    SortedSet<IpAddress> taken = new TreeSet<>();
    for (boolean attach : moves) {
      if (!attach && !taken.isEmpty()) {
        taken.removeFirst();
      } else if (taken.size() < 6) {
        IpAddress given = pick(taken, null);
        assertThat(taken.add(given)).isTrue();
        assertThat(BLOCKS).anyMatch(b -> b.contains(given));
      }
    }
  }
}

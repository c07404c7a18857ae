package io.weft.gossip.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class IdTableTest {

  /** Few identities, half of which hash alike, so that they stand in each other's way. */
  private static NodeId id(Random random) {
    byte[] bytes = new byte[NodeId.BYTES];
    bytes[random.nextBoolean() ? 0 : 7] = (byte) random.nextInt(24);
    return NodeId.ofBytes(bytes);
  }

  @Property(tries = 200)
  void itIsGoneThroughAsItWasFilledButThatTheLastTakesThePlaceOfWhatIsRemoved(@ForAll long seed) {
    Random random = new Random(seed);
    IdTable<NodeId> table = new IdTable<>();
    List<NodeId> list = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      NodeId id = id(random);
      if (random.nextInt(5) < 3) {
        if (table.put(id, id)) {
          list.add(id);
        }
      } else if (table.remove(id) != null) {
        int place = list.indexOf(id);
        list.set(place, list.getLast());
        list.removeLast();
      }
      assertThat(table.values()).isEqualTo(list);
    }
  }

  @Property(tries = 200)
  void itHoldsWhatAMapHolds(@ForAll long seed) {
    Random random = new Random(seed);
    IdTable<Integer> table = new IdTable<>();
    TreeMap<NodeId, Integer> map = new TreeMap<>();
    for (int i = 0; i < 400; i++) {
      NodeId id = id(random);
      if (random.nextInt(5) < 3) {
        assertThat(table.put(id, i)).isEqualTo(map.put(id, i) == null);
      } else {
        assertThat(table.remove(id)).isEqualTo(map.remove(id));
      }
      NodeId asked = id(random);
      assertThat(table.get(asked)).isEqualTo(map.get(asked));
      assertThat(table.size()).isEqualTo(map.size());
    }
    assertThat(table.values()).containsExactlyInAnyOrderElementsOf(map.values());
  }
}

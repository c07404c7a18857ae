package io.weft.gossip.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HostileDatagramsTest {

  @Test
  void whatMembersSayWholeAndDamagedDoesNoHarm() {
    List<byte[]> corpus = HostileDatagrams.corpus();
    assertThat(corpus).hasSizeGreaterThan(100);
    Random random = new Random(1);
    for (byte[] input : corpus) {
      HostileDatagrams.fuzzerTestOneInput(input);
      for (int i = 0; i < 20; i++) {
        byte[] damaged = input.clone();
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        HostileDatagrams.fuzzerTestOneInput(damaged);
      }
    }
  }
}

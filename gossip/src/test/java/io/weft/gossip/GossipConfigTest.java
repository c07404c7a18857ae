package io.weft.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GossipConfigTest {
  /** No knob is at its default, and no two are alike. */
  private static final GossipConfig OTHER =
      new GossipConfig(
          2_001,
          1_002,
          13,
          14,
          15,
          16,
          17,
          18,
          19,
          10_020,
          1_021,
          22,
          23,
          24,
          25,
          10_026,
          27,
          28,
          29,
          Detector.SWIM);

  private static List<String> changed(GossipConfig changed) {
    return Stream.of(GossipConfig.class.getRecordComponents())
        .filter(knob -> !value(knob, changed).equals(value(knob, OTHER)))
        .map(RecordComponent::getName)
        .toList();
  }

  private static Object value(RecordComponent knob, GossipConfig config) {
    try {
      return knob.getAccessor().invoke(config);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(knob.getName(), e);
    }
  }

  @Test
  void eachChangeIsOfWhatItNamesAndOfNothingElse() {
    assertThat(changed(OTHER.withProbe(2_500, 1_500)))
        .containsExactly("probeIntervalMillis", "probeTimeoutMillis");
    assertThat(changed(OTHER.withDatagramBudgetBytes(1_300)))
        .containsExactly("datagramBudgetBytes");
    assertThat(changed(OTHER.withRetention(1, 2)))
        .containsExactly("deadRetentionMillis", "tombstoneMillis");
    assertThat(changed(OTHER.withSuspicion(1, 2, 3)))
        .containsExactly("suspicionMultiplier", "suspicionMaxMultiplier", "localHealthMax");
    assertThat(changed(OTHER.withRefutationHoldMillis(1))).containsExactly("refutationHoldMillis");
    assertThat(changed(OTHER.withDetector(Detector.WEFT))).containsExactly("detector");
  }

  @Test
  void noTwoOfOneChangeAreTakenForEachOther() {
    GossipConfig probe = OTHER.withProbe(2_500, 1_500);
    assertThat(probe.probeIntervalMillis()).isEqualTo(2_500);
    assertThat(probe.probeTimeoutMillis()).isEqualTo(1_500);
    GossipConfig retention = OTHER.withRetention(1, 2);
    assertThat(retention.deadRetentionMillis()).isEqualTo(1);
    assertThat(retention.tombstoneMillis()).isEqualTo(2);
    GossipConfig suspicion = OTHER.withSuspicion(1, 2, 3);
    assertThat(suspicion.suspicionMultiplier()).isEqualTo(1);
    assertThat(suspicion.suspicionMaxMultiplier()).isEqualTo(2);
    assertThat(suspicion.localHealthMax()).isEqualTo(3);
  }
}

package io.weft.overlay.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.weft.overlay.agent.proto.StateSnapshot;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A state in parts. */
class SnapshotPartsTest {
  private final SnapshotParts.Sender sender = new SnapshotParts.Sender();
  private final SnapshotParts.Receiver receiver = new SnapshotParts.Receiver();

  private static byte[] state(int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(length).nextBytes(bytes);
    return bytes;
  }

  @Test
  void aStateThatFitsGoesAsOne() {
    StateSnapshot only = sender.first(5, state(SnapshotParts.PART_BYTES));
    assertThat(only.getTotalBytes()).isZero();
    assertThat(only.getState().size()).isEqualTo(SnapshotParts.PART_BYTES);
  }

  @Test
  void partsMakeTheStateAgainAndRepeatedOnesDoNoHarm() {
    byte[] state = state(2 * SnapshotParts.PART_BYTES + 7);
    StateSnapshot first = sender.first(5, state);
    assertThat(receiver.take(first)).isNull();
    StateSnapshot second = sender.further(5, receiver.offset()).orElseThrow();
    assertThat(receiver.take(second)).isNull();
    assertThat(receiver.take(second)).as("again").isNull();
    assertThat(receiver.take(sender.further(5, receiver.offset()).orElseThrow())).isEqualTo(state);
    assertThat(receiver.isUnderWay()).isFalse();
  }

  @Test
  void anotherStateFromItsBeginningTakesTheFirstOnesPlace() {
    StateSnapshot old = sender.first(5, state(SnapshotParts.PART_BYTES + 1));
    byte[] newer = state(SnapshotParts.PART_BYTES + 2);
    assertThat(receiver.take(old)).isNull();
    assertThat(receiver.take(sender.first(6, newer))).isNull();
    assertThat(receiver.take(sender.further(5, SnapshotParts.PART_BYTES).orElseThrow())).isNull();
    assertThat(receiver.take(sender.further(6, receiver.offset()).orElseThrow())).isEqualTo(newer);
  }

  @Test
  void whatIsTooLongOrLongerThanItSaysIsNotTakenIn() {
    ByteString few = ByteString.copyFrom(new byte[10]);
    StateSnapshot.Builder part = StateSnapshot.newBuilder().setIndex(5).setState(few);
    assertThat(receiver.take(part.setTotalBytes(SnapshotParts.MAX_STATE_BYTES + 1L).build()))
        .isNull();
    assertThat(receiver.isUnderWay()).isFalse();
    assertThat(receiver.take(part.setTotalBytes(9).build())).isNull();
    assertThat(receiver.take(part.setTotalBytes(-1).build())).isNull();
    assertThat(receiver.take(part.setTotalBytes(11).setState(ByteString.EMPTY).build())).isNull();
    assertThat(receiver.isUnderWay()).isFalse();
  }

  @Test
  void onlyTheLastStatesAreKept() {
    for (long index = 1; index <= SnapshotParts.MAX_KEPT + 1; index++) {
      sender.first(index, state(SnapshotParts.PART_BYTES + 1));
    }
    assertThat(sender.further(1, SnapshotParts.PART_BYTES)).isEmpty();
    assertThat(sender.further(2, SnapshotParts.PART_BYTES)).isPresent();
    assertThat(sender.further(2, 1L << 40)).isEmpty();
    assertThat(sender.further(2, -1)).isEmpty();
  }
}

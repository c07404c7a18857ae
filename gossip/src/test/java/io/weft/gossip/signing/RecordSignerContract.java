package io.weft.gossip.signing;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.security.identity.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What every {@link RecordSigner} keeps: the real one and the one for simulations. */
abstract class RecordSignerContract {
  private static final byte[] STATEMENT =
      "a statement of some length".getBytes(StandardCharsets.UTF_8);

  /** Two of one cluster, each always the same. */
  abstract RecordSigner alice();

  abstract NodeId aliceId();

  abstract RecordSigner bob();

  abstract NodeId bobId();

  private OwnerKey aliceForBob() {
    return requireNonNull(bob().key(aliceId(), alice().own().encoded()));
  }

  @Test
  void whatAnOwnerSignsTheOthersVerifyByTheKeyThatTheyAreTold() {
    byte[] signature = alice().sign(STATEMENT);
    assertThat(signature).hasSize(RecordSigner.SIGNATURE_BYTES);
    assertThat(aliceForBob().verifies(STATEMENT, signature)).isTrue();
    assertThat(alice().own().verifies(STATEMENT, signature)).isTrue();
    assertThat(aliceForBob().encoded()).isEqualTo(alice().own().encoded());
  }

  @Test
  void whatAnotherSignedOrWasChangedIsNotVerified() {
    byte[] signature = alice().sign(STATEMENT);
    assertThat(aliceForBob().verifies(STATEMENT, bob().sign(STATEMENT))).isFalse();
    for (int i = 0; i < STATEMENT.length; i++) {
      byte[] changed = STATEMENT.clone();
      changed[i] ^= 1;
      assertThat(aliceForBob().verifies(changed, signature)).isFalse();
    }
    byte[] longer = Arrays.copyOf(STATEMENT, STATEMENT.length + 1);
    assertThat(aliceForBob().verifies(longer, signature)).isFalse();
    for (int i = 0; i < signature.length; i++) {
      byte[] changed = signature.clone();
      changed[i] ^= 1;
      assertThat(aliceForBob().verifies(STATEMENT, changed)).isFalse();
    }
  }

  @Test
  void bytesThatAreNoSignatureAreRefused() {
    assertThat(aliceForBob().verifies(STATEMENT, new byte[0])).isFalse();
    assertThat(aliceForBob().verifies(STATEMENT, new byte[RecordSigner.SIGNATURE_BYTES])).isFalse();
    byte[] ones = new byte[RecordSigner.SIGNATURE_BYTES];
    Arrays.fill(ones, (byte) -1);
    assertThat(aliceForBob().verifies(STATEMENT, ones)).isFalse();
    byte[] longer = Arrays.copyOf(alice().sign(STATEMENT), RecordSigner.SIGNATURE_BYTES + 1);
    assertThat(aliceForBob().verifies(STATEMENT, longer)).isFalse();
  }

  @Test
  void aKeyIsTakenAsItsOwnersOnly() {
    assertThat(bob().key(aliceId(), bob().own().encoded())).isNull();
    assertThat(bob().key(bobId(), alice().own().encoded())).isNull();
    assertThat(bob().key(aliceId(), new byte[0])).isNull();
    byte[] changed = alice().own().encoded().clone();
    changed[changed.length - 1] ^= 1;
    assertThat(bob().key(aliceId(), changed)).isNull();
    byte[] longer = Arrays.copyOf(alice().own().encoded(), changed.length + 1);
    assertThat(bob().key(aliceId(), longer)).isNull();
  }
}

package io.weft.gossip.signing;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.security.identity.NodeId;
import io.weft.security.identity.NodeIdentity;
import io.weft.security.secret.ClusterSecret;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class IdentitySignerTest extends RecordSignerContract {
  private static final String DIGITS = "ab".repeat(ClusterSecret.BYTES);
  private static final NodeIdentity ALICE = identity("shop", "alice");
  private static final NodeIdentity BOB = identity("shop", "bob");

  private static NodeIdentity identity(String cluster, String name) {
    return ClusterSecret.parse(cluster + ":" + DIGITS).identity(name, Instant.now());
  }

  @Override
  RecordSigner alice() {
    return new IdentitySigner(ALICE);
  }

  @Override
  NodeId aliceId() {
    return ALICE.id();
  }

  @Override
  RecordSigner bob() {
    return new IdentitySigner(BOB);
  }

  @Override
  NodeId bobId() {
    return BOB.id();
  }

  @Test
  void whatWasSignedInOneClusterDoesNotCountInAnother() {
    NodeIdentity elsewhere =
        new NodeIdentity(
            ALICE.id(),
            ALICE.name(),
            "bank",
            ALICE.privateKey(),
            ALICE.certificate(),
            ALICE.caCertificate());
    byte[] statement = {1, 2, 3};
    byte[] signature = new IdentitySigner(elsewhere).sign(statement);
    OwnerKey alice = requireNonNull(bob().key(aliceId(), alice().own().encoded()));
    assertThat(alice.verifies(statement, signature)).isFalse();
  }
}

package io.weft.security.custody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.security.identity.CertificateRequest;
import io.weft.security.identity.ClusterCa;
import io.weft.security.identity.KeyPairs;
import io.weft.security.identity.NodeIdentity;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CaCustodyTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final ClusterCa ca = ClusterCa.create("blue", NOW);
  private final NodeIdentity voter = node(ca, "voter");

  private static NodeIdentity node(ClusterCa ca, String name) {
    KeyPair keys = KeyPairs.generate();
    return NodeIdentity.of(
        keys.getPrivate(),
        ca.sign(CertificateRequest.create(keys, name), name, NOW),
        ca.certificate());
  }

  private byte[] wrapped() {
    return CaCustody.wrap(ca, voter.certificate().getPublicKey());
  }

  @Test
  void theVoterOpensWhatWasWrappedForItAndCanSignWithIt() throws GeneralSecurityException {
    ClusterCa opened = CaCustody.unwrap(wrapped(), voter);
    assertThat(opened.fingerprint()).isEqualTo(ca.fingerprint());
    assertThat(opened.cluster()).isEqualTo("blue");
    assertThat(node(opened, "next").name()).isEqualTo("next");
    assertThat(wrapped()).isNotEqualTo(wrapped()); // a fresh key each time
  }

  @Test
  void anotherVoterCannotOpenIt() {
    NodeIdentity other = node(ca, "other");
    assertThatThrownBy(() -> CaCustody.unwrap(wrapped(), other))
        .isInstanceOf(GeneralSecurityException.class);
  }

  @Test
  void anotherClustersCaIsNotTaken() {
    ClusterCa foreign = ClusterCa.create("blue", NOW);
    byte[] planted = CaCustody.wrap(foreign, voter.certificate().getPublicKey());
    assertThatThrownBy(() -> CaCustody.unwrap(planted, voter))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessageContaining("not the one");
  }

  @Test
  void whateverIsDamagedOrCutIsRefused() {
    byte[] good = wrapped();
    for (int at = 0; at < good.length; at++) {
      byte[] damaged = good.clone();
      damaged[at] ^= 0x10;
      assertThatThrownBy(() -> CaCustody.unwrap(damaged, voter))
          .as("byte %d", at)
          .isInstanceOf(GeneralSecurityException.class);
      byte[] cut = Arrays.copyOf(good, at);
      assertThatThrownBy(() -> CaCustody.unwrap(cut, voter))
          .as("cut at %d", at)
          .isInstanceOf(GeneralSecurityException.class);
    }
  }
}

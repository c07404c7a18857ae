package io.weft.security.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPair;
import org.junit.jupiter.api.Test;

class CertificateRequestTest {
  @Test
  void aRequestWithAnyByteChangedIsRefusedOrAsksForTheSameKey() throws Exception {
    KeyPair keys = KeyPairs.generate();
    byte[] good = CertificateRequest.create(keys, "host").encoded();
    for (int i = 0; i < good.length; i++) {
      byte[] changed = good.clone();
      changed[i] ^= 1;
      try {
        assertThat(CertificateRequest.parse(changed).publicKey()).isEqualTo(keys.getPublic());
      } catch (InvalidRequestException expected) {
        assertThat(expected).hasMessageContaining("certificate request");
      }
    }
  }

  @Test
  void aRequestSignedByAnotherKeyIsRefused() throws Exception {
    KeyPair asked = KeyPairs.generate();
    KeyPair other = KeyPairs.generate();
    byte[] stolen =
        CertificateRequest.create(new KeyPair(asked.getPublic(), other.getPrivate()), "thief")
            .encoded();
    assertThatThrownBy(() -> CertificateRequest.parse(stolen))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("not signed by the key");
  }

  @Test
  void nonsenseAndOverlongRequestsAreRefused() {
    assertThatThrownBy(() -> CertificateRequest.parse(new byte[0]))
        .isInstanceOf(InvalidRequestException.class);
    assertThatThrownBy(() -> CertificateRequest.parse(new byte[5000])).hasMessageContaining("4096");
  }
}

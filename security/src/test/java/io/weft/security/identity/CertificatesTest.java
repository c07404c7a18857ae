package io.weft.security.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificatesTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final ClusterCa ca = ClusterCa.create("blue", NOW);
  private final KeyPair keys = KeyPairs.generate();

  @TempDir Path directory;

  private X509Certificate certificate() {
    return ca.sign(CertificateRequest.create(keys, "wish"), "alice", NOW);
  }

  @Test
  void aCertificateBindsIdNameAndClusterAndTheCaDecidesTheName() throws Exception {
    NodeCertificate bound = NodeCertificate.of(certificate());
    assertThat(bound).isEqualTo(new NodeCertificate(NodeId.of(keys.getPublic()), "alice", "blue"));
    certificate().verify(ca.certificate().getPublicKey());
    assertThat(certificate().getBasicConstraints()).isNegative();
  }

  @Test
  void itLastsAsItsCaAtMost() {
    Instant late = NOW.plus(ClusterCa.CA_VALIDITY).minusSeconds(86_400);
    X509Certificate certificate = ca.sign(CertificateRequest.create(keys, "alice"), "alice", late);
    assertThat(certificate.getNotAfter()).isEqualTo(ca.certificate().getNotAfter());
    assertThat(certificate().getNotBefore().toInstant()).isEqualTo(NOW.minus(ClusterCa.BACKDATING));
  }

  @Test
  void aRequestProvesPossessionOfItsKey() throws InvalidRequestException {
    byte[] good = CertificateRequest.create(keys, "alice").encoded();
    assertThat(CertificateRequest.parse(good).nodeId()).isEqualTo(NodeId.of(keys.getPublic()));
    int accepted = 0;
    for (int at = 0; at < good.length; at++) {
      byte[] damaged = good.clone();
      damaged[at] ^= 1;
      try {
        NodeId asks = CertificateRequest.parse(damaged).nodeId();
        assertThat(asks).as("byte %d", at).isEqualTo(NodeId.of(keys.getPublic()));
        accepted++;
      } catch (InvalidRequestException expected) {
        assertThat(expected).hasMessageContaining("certificate request");
      }
    }
    // The tag of the empty set of attributes is not looked at: nothing hangs on it.
    assertThat(accepted).isLessThanOrEqualTo(1);
  }

  @Test
  void aRequestSignedByAnotherKeyIsRefused() {
    KeyPair mixed = new KeyPair(keys.getPublic(), KeyPairs.generate().getPrivate());
    byte[] stolen = CertificateRequest.create(mixed, "alice").encoded();
    assertThatThrownBy(() -> CertificateRequest.parse(stolen))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("not signed by the key");
  }

  @Property(tries = 200)
  void garbageIsNoRequest(@ForAll byte[] garbage) {
    assertThatThrownBy(() -> CertificateRequest.parse(garbage))
        .isInstanceOf(InvalidRequestException.class);
  }

  @Test
  void partsThatDoNotBelongTogetherAreNoIdentity() {
    X509Certificate certificate = certificate();
    assertThatThrownBy(
            () -> NodeIdentity.of(KeyPairs.generate().getPrivate(), certificate, ca.certificate()))
        .hasMessageContaining("private key");
    X509Certificate foreign = ClusterCa.create("blue", NOW).certificate();
    assertThatThrownBy(() -> NodeIdentity.of(keys.getPrivate(), certificate, foreign))
        .hasMessageContaining("not signed by the CA");
    assertThatThrownBy(() -> ClusterCa.of(foreign, keys.getPrivate()))
        .hasMessageContaining("not that of its certificate");
  }

  @Test
  void anIdentityIsReadBackFromItsDirectoryAndDamageIsSaidSo() throws IOException {
    NodeIdentity identity = NodeIdentity.of(keys.getPrivate(), certificate(), ca.certificate());
    Path home = directory.resolve("identity");
    identity.save(home);
    assertThat(NodeIdentity.load(home)).isEqualTo(identity);
    Files.writeString(home.resolve(NodeIdentity.CERTIFICATE_FILE), "no certificate");
    assertThatThrownBy(() -> NodeIdentity.load(home)).isInstanceOf(IOException.class);
  }
}

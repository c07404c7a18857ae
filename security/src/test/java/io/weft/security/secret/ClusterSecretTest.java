package io.weft.security.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.security.identity.NodeIdentity;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ClusterSecretTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final String TEXT = "shop:" + "0123456789abcdef".repeat(4);

  private final ClusterSecret secret = ClusterSecret.parse(TEXT);

  @Test
  void aMemberIsTheSameOnEveryHostAndAtEveryStart() {
    NodeIdentity first = secret.identity("web-1", NOW);
    NodeIdentity later =
        ClusterSecret.parse(secret.format()).identity("web-1", NOW.plus(Duration.ofDays(1)));
    assertThat(later.id()).isEqualTo(first.id());
    assertThat(later.caCertificate()).isEqualTo(first.caCertificate());
    assertThat(first.name()).isEqualTo("web-1");
    assertThat(first.cluster()).isEqualTo("shop");
  }

  /**
   * A change of the derivation would part running clusters: it needs another version in its salt.
   */
  @Test
  void theDerivationStaysAsItIs() {
    assertThat(secret.identity("web-1", NOW).id().shortForm()).isEqualTo("99cd6d63fdcf");
    assertThat(secret.identity("web-1", NOW).caFingerprint()).startsWith("ce2c690ab056");
  }

  @Test
  void theCaVouchesForItselfAndForMembersOnly() throws Exception {
    NodeIdentity member = secret.identity("web-1", NOW);
    X509Certificate ca = member.caCertificate();
    ca.verify(ca.getPublicKey());
    member.certificate().verify(ca.getPublicKey());
    assertThat(ca.getBasicConstraints()).isZero();
    assertThat(member.certificate().getBasicConstraints()).isNegative();
  }

  @Test
  void anotherNameClusterOrSecretIsAnotherMember() {
    NodeIdentity member = secret.identity("web-1", NOW);
    NodeIdentity otherName = secret.identity("web-2", NOW);
    NodeIdentity otherCluster =
        ClusterSecret.parse(TEXT.replace("shop", "bank")).identity("web-1", NOW);
    NodeIdentity otherSecret = ClusterSecret.generate("shop").identity("web-1", NOW);
    assertThat(otherName.id()).isNotEqualTo(member.id());
    assertThat(otherName.caCertificate()).isEqualTo(member.caCertificate());
    for (NodeIdentity foreign : new NodeIdentity[] {otherCluster, otherSecret}) {
      assertThat(foreign.id()).isNotEqualTo(member.id());
      assertThat(foreign.caFingerprint()).isNotEqualTo(member.caFingerprint());
    }
    assertThat(ClusterSecret.generate("shop").gossipKeys().secrets().get(0))
        .isNotEqualTo(secret.gossipKeys().secrets().get(0));
  }

  @Test
  void whatIsNoSecretIsRefusedInOneLineThatDoesNotShowIt() {
    for (String bad : new String[] {"", "shop", "shop:beef", TEXT + "00", TEXT.substring(5)}) {
      assertThatThrownBy(() -> ClusterSecret.parse(bad))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not a cluster secret")
          .hasMessageNotContaining("beef")
          .hasMessageNotContaining("0123456789abcdef")
          .hasNoCause();
    }
    assertThatThrownBy(() -> ClusterSecret.parse(TEXT.replace("shop", "a b")))
        .hasMessageContaining("cluster name");
    assertThat(secret).hasToString("ClusterSecret[shop]");
  }
}

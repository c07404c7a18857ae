package io.weft.security.keyring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class GossipKeysTest {
  private static byte[] secret(int value) {
    byte[] secret = new byte[GossipKeys.SECRET_BYTES];
    Arrays.fill(secret, (byte) value);
    return secret;
  }

  private static GossipKeys one() {
    return GossipKeys.newestSeals(new TreeMap<>(java.util.Map.of(1, secret(1))));
  }

  @Test
  void aKeyThatIsAddedDoesNotSealYet() {
    GossipKeys two = one().with(2, secret(2));
    assertThat(two.sealEpoch()).isEqualTo(1);
    assertThat(two.secrets().keySet()).containsExactly(1, 2);
    assertThat(two.sameAs(one())).isFalse();
    assertThat(two.only(Set.of(1)).sameAs(one())).isTrue();
  }

  @Test
  void theKeyThatSealsIsNeverTakenOut() {
    assertThat(one().with(2, secret(2)).only(Set.of(2)).secrets().keySet()).containsExactly(1, 2);
  }

  @Test
  void anotherSecretUnderTheSameEpochIsAnotherKeyring() {
    assertThat(one().with(2, secret(2)).sameAs(one().with(2, secret(3)))).isFalse();
  }

  @Test
  void aFingerprintTellsSecretsAndEpochsApartAndGivesNoSecretAway() {
    byte[] print = GossipKeys.fingerprint(2, secret(2));
    assertThat(print).isEqualTo(GossipKeys.fingerprint(2, secret(2))).isNotEqualTo(secret(2));
    assertThat(print).isNotEqualTo(GossipKeys.fingerprint(3, secret(2)));
    assertThat(print).isNotEqualTo(GossipKeys.fingerprint(2, secret(3)));
  }
}

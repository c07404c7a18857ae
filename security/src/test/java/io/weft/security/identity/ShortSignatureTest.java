package io.weft.security.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ShortSignatureTest {
  private static final byte[] FIRST = {1, 2, 3};
  private static final byte[] SECOND = {4, 5};

  private final KeyPair keys = KeyPairs.generate();
  private final ShortSignature.Verifier verifier = new ShortSignature.Verifier(keys.getPublic());

  @Test
  void whatTheJdkSignsIsVerifiedHereAndThere() throws GeneralSecurityException {
    for (int i = 0; i < 20; i++) {
      byte[] signature = ShortSignature.sign(keys.getPrivate(), FIRST, SECOND);
      assertThat(signature).hasSize(ShortSignature.BYTES);
      assertThat(verifier.verifies(signature, FIRST, SECOND)).isTrue();
      assertThat(verifier.verifies(signature, FIRST)).isFalse();
      Signature jdk = Signature.getInstance("SHA256withECDSAinP1363Format");
      jdk.initVerify(keys.getPublic());
      jdk.update(new byte[] {1, 2, 3, 4, 5});
      assertThat(jdk.verify(signature)).isTrue();
    }
  }

  @Test
  void numbersOutsideTheirRangeAreNoSignature() {
    byte[] order =
        new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16)
            .toByteArray();
    byte[] n = Arrays.copyOfRange(order, order.length - 32, order.length);
    byte[] good = ShortSignature.sign(keys.getPrivate(), FIRST);
    for (byte[] half : new byte[][] {new byte[32], n}) {
      for (int at : new int[] {0, 32}) {
        byte[] bad = good.clone();
        System.arraycopy(half, 0, bad, at, 32);
        assertThat(verifier.verifies(bad, FIRST)).isFalse();
      }
    }
    assertThat(verifier.verifies(new byte[0], FIRST)).isFalse();
    assertThat(verifier.verifies(Arrays.copyOf(good, 65), FIRST)).isFalse();
  }

  @Test
  void aKeyOfAnotherCurveOrOffTheCurveIsRefused() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp384r1"));
    PublicKey other = generator.generateKeyPair().getPublic();
    assertThatThrownBy(() -> new ShortSignature.Verifier(other))
        .isInstanceOf(IllegalArgumentException.class);
    ECPublicKey true1 = (ECPublicKey) keys.getPublic();
    ECPoint off = new ECPoint(true1.getW().getAffineX(), BigInteger.TWO);
    PublicKey beside =
        KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(off, true1.getParams()));
    assertThatThrownBy(() -> new ShortSignature.Verifier(beside))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

package io.weft.security.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.security.identity.NodeId;
import io.weft.security.tunnel.KeyExchange.Answer;
import io.weft.security.tunnel.KeyExchange.Offer;
import io.weft.security.tunnel.KeyExchange.Secrets;
import io.weft.security.tunnel.KeyExchange.Transcript;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class HybridExchangeTest {
  private static final NodeId A = NodeId.ofBytes(new byte[32]);
  private static final NodeId B = new NodeId("b".repeat(64));
  private static final NodeId C = new NodeId("c".repeat(64));
  private static final Transcript OURS = new Transcript(A, B, 5, 6);

  private final HybridExchange exchange = new HybridExchange();

  @Test
  void bothSidesHaveTheSameKeysOneForEachDirection() throws GeneralSecurityException {
    Offer offer = exchange.offer();
    Answer answer = exchange.answer(offer.share(), OURS);
    Secrets mine = offer.complete(answer.share(), OURS);
    assertThat(offer.share()).hasSize(HybridExchange.OFFER_BYTES);
    assertThat(answer.share()).hasSize(HybridExchange.ANSWER_BYTES);
    assertThat(mine.toAnswerer()).hasSize(36).isEqualTo(answer.secrets().toAnswerer());
    assertThat(mine.toOfferer()).hasSize(36).isEqualTo(answer.secrets().toOfferer());
    assertThat(mine.toOfferer()).isNotEqualTo(mine.toAnswerer());
    assertThat(mine.toString()).isEqualTo("Secrets[]");
  }

  @Test
  void theKeysAreBoundToWhoTheHostsAreAndToWhichExchangeItIs() throws GeneralSecurityException {
    Offer offer = exchange.offer();
    Answer answer = exchange.answer(offer.share(), OURS);
    for (Transcript other :
        List.of(
            new Transcript(B, A, 5, 6),
            new Transcript(C, B, 5, 6),
            new Transcript(A, C, 5, 6),
            new Transcript(A, B, 7, 6),
            new Transcript(A, B, 5, 7))) {
      assertThat(offer.complete(answer.share(), other).toAnswerer())
          .isNotEqualTo(answer.secrets().toAnswerer());
    }
  }

  @Test
  void aChangedAnswerGivesOtherKeysOrNone() throws GeneralSecurityException {
    Offer offer = exchange.offer();
    Answer answer = exchange.answer(offer.share(), OURS);
    for (int at : new int[] {0, 40, HybridExchange.ANSWER_BYTES - 1}) {
      byte[] changed = answer.share();
      changed = changed.clone();
      changed[at] ^= 1;
      assertThat(offer.complete(changed, OURS).toOfferer())
          .isNotEqualTo(answer.secrets().toOfferer());
    }
  }

  @Test
  void malformedSharesAreRefused() throws GeneralSecurityException {
    Offer offer = exchange.offer();
    byte[] good = offer.share();
    byte[] zeroPoint = good.clone();
    Arrays.fill(zeroPoint, 0, 32, (byte) 0); // makes the X25519 secret zero (RFC 7748, 6.1)
    byte[] noModulus = good.clone();
    Arrays.fill(noModulus, 32, 200, (byte) 0xff); // coefficients of q and above (FIPS 203, 7.2)
    for (byte[] bad :
        List.of(
            new byte[0],
            Arrays.copyOf(good, good.length - 1),
            Arrays.copyOf(good, good.length + 1),
            zeroPoint,
            noModulus)) {
      assertThatThrownBy(() -> exchange.answer(bad, OURS))
          .isInstanceOf(GeneralSecurityException.class);
    }
    byte[] answer = exchange.answer(good, OURS).share().clone();
    Arrays.fill(answer, 0, 32, (byte) 0);
    for (byte[] bad : List.of(new byte[0], Arrays.copyOf(answer, 100), answer)) {
      assertThatThrownBy(() -> offer.complete(bad, OURS))
          .isInstanceOf(GeneralSecurityException.class);
    }
  }

  /** RFC 7748, section 6.1. */
  @Test
  void thePlatformsX25519GivesTheRfcsSecret() throws GeneralSecurityException {
    String shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
    assertThat(
            agree(
                "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
                "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"))
        .isEqualTo(shared);
    assertThat(
            agree(
                "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
                "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"))
        .isEqualTo(shared);
  }

  private static String agree(String mine, String theirs) throws GeneralSecurityException {
    KeyFactory factory = KeyFactory.getInstance("X25519");
    KeyAgreement agreement = KeyAgreement.getInstance("X25519");
    agreement.init(
        factory.generatePrivate(
            new PKCS8EncodedKeySpec(hex("302e020100300506032b656e04220420" + mine))));
    agreement.doPhase(
        factory.generatePublic(new X509EncodedKeySpec(hex("302a300506032b656e032100" + theirs))),
        true);
    return HexFormat.of().formatHex(agreement.generateSecret());
  }

  /** RFC 5869, appendix A.1 and A.3. */
  @Test
  void thePlatformsHkdfGivesTheRfcsKeys() throws GeneralSecurityException {
    byte[] input = hex("0b".repeat(22));
    HKDFParameterSpec first =
        HKDFParameterSpec.ofExtract()
            .addSalt(new SecretKeySpec(hex("000102030405060708090a0b0c"), "Generic"))
            .addIKM(new SecretKeySpec(input, "Generic"))
            .thenExpand(hex("f0f1f2f3f4f5f6f7f8f9"), 42);
    assertThat(hkdf(first))
        .isEqualTo(
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    HKDFParameterSpec third =
        HKDFParameterSpec.ofExtract()
            .addIKM(new SecretKeySpec(input, "Generic"))
            .thenExpand(null, 42);
    assertThat(hkdf(third))
        .isEqualTo(
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
  }

  private static String hkdf(HKDFParameterSpec spec) throws GeneralSecurityException {
    return HexFormat.of().formatHex(KDF.getInstance("HKDF-SHA256").deriveData(spec));
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }
}

package io.weft.security.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JoinTokenTest {
  private static final String HASH =
      "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
  private static final String SECRET = "secretsecretsecretsecretsecretse";

  @Test
  void aFreshTokenIsReadBackFromItsText() {
    JoinToken token = JoinToken.create(HASH, new SecureRandom());
    assertThat(token.format()).matches("[a-z2-7]{10}\\.[a-z2-7]{32}\\.[0-9a-f]{64}");
    assertThat(JoinToken.parse(token.format())).isEqualTo(token);
    assertThat(JoinToken.parse("  " + token.format().toUpperCase(Locale.ROOT) + "\n"))
        .isEqualTo(token);
    assertThat(JoinToken.create(HASH, new SecureRandom()).secret()).isNotEqualTo(token.secret());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "one",
        "aaaaaaaaaa." + SECRET,
        "aaaaaaaaaa." + SECRET + "." + HASH + ".more",
        "aaaaaaaaaa." + SECRET + "." + HASH + "0",
        "aaaaaaaaa." + SECRET + "." + HASH,
        "aaaaaaaaa1." + SECRET + "." + HASH,
        "aaaaaaaaaa." + SECRET + "a." + HASH,
        "aaaaaaaaaa.1" + SECRET + "." + HASH,
      })
  void anythingElseIsRefusedInOneLineThatHelpsAndShowsNoSecret(String text) {
    assertThatThrownBy(() -> JoinToken.parse(text))
        .isInstanceOf(InvalidTokenException.class)
        .hasMessageContaining("weft token create")
        .satisfies(
            error ->
                assertThat(error.getMessage()).doesNotContain("\n").doesNotContain("secretsecret"));
  }

  @Property(tries = 300)
  void noTextMakesItThrowAnythingElse(@ForAll String text) {
    assertThatThrownBy(() -> JoinToken.parse(text)).isInstanceOf(InvalidTokenException.class);
  }

  @Test
  void itsTextForLogsHidesTheSecret() {
    assertThat(new JoinToken("aaaaaaaaaa", SECRET, HASH).toString())
        .isEqualTo("JoinToken[aaaaaaaaaa]");
  }

  @Test
  void onlyTheSecretItselfMatchesItsHash() {
    JoinToken token = new JoinToken("aaaaaaaaaa", SECRET, HASH);
    byte[] hash = token.secretHash();
    assertThat(hash).hasSize(32);
    assertThat(TokenSecrets.matches(hash, SECRET)).isTrue();
    for (int i = 0; i < SECRET.length(); i++) {
      StringBuilder other = new StringBuilder(SECRET);
      other.setCharAt(i, 'z');
      assertThat(TokenSecrets.matches(hash, other.toString())).isFalse();
    }
    assertThat(TokenSecrets.matches(new byte[0], SECRET)).isFalse();
    assertThat(TokenSecrets.matches(hash, "")).isFalse();
  }
}

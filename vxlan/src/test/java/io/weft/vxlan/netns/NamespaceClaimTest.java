package io.weft.vxlan.netns;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.vxlan.ffi.MissingCapabilityException;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class NamespaceClaimTest {
  private final String name = "weft-test-" + UUID.randomUUID();

  @Test
  void aNamespaceIsClaimedByOneAtATime() {
    try (NamespaceClaim _ = NamespaceClaim.take(name).orElseThrow()) {
      assertThat(NamespaceClaim.take(name)).isEmpty();
    }
    Optional<NamespaceClaim> again = NamespaceClaim.take(name);
    assertThat(again).isPresent();
    again.ifPresent(NamespaceClaim::close);
  }

  @Test
  void anotherNamespaceIsAnothersToClaim() {
    try (NamespaceClaim _ = NamespaceClaim.take(name).orElseThrow();
        NetworkNamespace other = NetworkNamespace.createPrivate()) {
      Optional<NamespaceClaim> there = other.call(() -> NamespaceClaim.take(name));
      assertThat(there).isPresent();
      there.ifPresent(NamespaceClaim::close);
    } catch (MissingCapabilityException e) {
      if (System.getenv().getOrDefault("WEFT_REQUIRE", "").contains("netns")) {
        throw e;
      }
      Assumptions.abort(String.valueOf(e.getMessage()));
    }
  }
}

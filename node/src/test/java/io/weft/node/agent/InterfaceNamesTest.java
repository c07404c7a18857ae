package io.weft.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.node.testing.Netns;
import io.weft.vxlan.ffi.MissingCapabilityException;
import io.weft.vxlan.netns.NetworkNamespace;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The default name of a new interface. */
final class InterfaceNamesTest {
  private static final String NONE = "/nonexistent/netns";

  @Test
  void whereTheNamespaceCannotBeLookedIntoTheFirstNameThatIsNotKnownIsTaken() {
    assertThat(InterfaceNames.free(NONE, "weft", Set.of("weft0", "weft2"))).isEqualTo("weft1");
    assertThat(InterfaceNames.free("\0", "weft", Set.of())).isEqualTo("weft0");
  }

  @Test
  void anInterfaceThatIsThereIsPassedOverWhicheverPathLeadsToTheNamespace() {
    try (NetworkNamespace namespace = NetworkNamespace.createPrivate()) {
      String path = "/proc/" + ProcessHandle.current().pid() + "/fd/" + namespace.fd();
      assertThat(InterfaceNames.free(path, "weft", Set.of())).isEqualTo("weft0");
      ProcessBuilder pair =
          new ProcessBuilder("ip", "link", "add", "weft0", "type", "veth", "peer", "name", "other");
      assertThat(namespace.call(() -> pair.start().waitFor())).isZero();
      assertThat(InterfaceNames.free(path, "weft", Set.of())).isEqualTo("weft1");
      assertThat(InterfaceNames.free(path, "weft", Set.of("weft1"))).isEqualTo("weft2");
    } catch (MissingCapabilityException e) {
      throw Netns.skipOrFail(e);
    }
  }
}

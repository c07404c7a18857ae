package io.weft.vxlan.netns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.vxlan.ffi.Descriptors;
import io.weft.vxlan.ffi.Errno;
import io.weft.vxlan.ffi.LibcException;
import io.weft.vxlan.ffi.MissingCapabilityException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkNamespaceTest {
  private static NetworkNamespace createOrSkip() {
    try {
      return NetworkNamespace.createPrivate();
    } catch (MissingCapabilityException e) {
      if (System.getenv().getOrDefault("WEFT_REQUIRE", "").contains("netns")) {
        throw e;
      }
      return Assumptions.abort(String.valueOf(e.getMessage()));
    }
  }

  @Test
  void aPrivateNamespaceHasOnlyItsOwnLoopbackAndLeavesTheCallerWhereItWas() throws IOException {
    try (NetworkNamespace before = NetworkNamespace.current();
        NetworkNamespace made = createOrSkip()) {
      assertThat(made.sameAs(before)).isFalse();
      String links = made.call(() -> Files.readString(Path.of("/proc/thread-self/net/dev")));
      assertThat(links.lines().filter(line -> line.contains(":"))).hasSize(1);
      assertThat(links).contains("lo:");
      try (NetworkNamespace after = NetworkNamespace.current()) {
        assertThat(after.sameAs(before)).isTrue();
      }
    }
  }

  @Test
  void aChildProcessStartedInACallInheritsTheNamespace() {
    try (NetworkNamespace made = createOrSkip()) {
      String expected =
          made.call(() -> Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net")).toString());
      String seen =
          made.call(
              () -> {
                Process child = new ProcessBuilder("readlink", "/proc/self/ns/net").start();
                return new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .strip();
              });
      assertThat(seen).isEqualTo(expected);
    }
  }

  @Test
  void aNamedNamespaceCanBeOpenedByItsPathAndUnnamedAgain(@TempDir Path directory) {
    Path name = directory.resolve("weft-test-ns");
    try (NetworkNamespace made = createOrSkip()) {
      made.bindTo(name);
      try (NetworkNamespace again = NetworkNamespace.open(name)) {
        assertThat(again.sameAs(made)).isTrue();
        assertThatThrownBy(() -> made.bindTo(name)).hasMessageContaining("already");
      } finally {
        NetworkNamespace.unbind(name);
      }
      assertThat(name).doesNotExist();
    }
  }

  /** Where {@code weft lab up} came before the first {@code ip netns add}, the lab stayed. */
  @Test
  void aNameCanBeTakenBackAfterIpNetnsHasUsedTheSameDirectory(@TempDir Path directory)
      throws Exception {
    Path names = directory.resolve("names");
    try (NetworkNamespace made = createOrSkip()) {
      NetworkNamespace.shareNames(names);
      NetworkNamespace.shareNames(names);
      try {
        assertThat(mounts(names)).hasSize(1);
        Path name = names.resolve("weft-test-ns");
        made.bindTo(name);
        asIpNetnsAddDoes(names);
        NetworkNamespace.unbind(name);
        assertThat(name).doesNotExist();
        assertThat(mounts(names)).hasSize(1);
      } finally {
        run("umount", "-l", names.toString());
      }
    }
  }

  /** See netns_add() of iproute2's ip/ipnetns.c. */
  private static void asIpNetnsAddDoes(Path names) throws Exception {
    if (run("mount", "--make-rshared", names.toString()) != 0) {
      run("mount", "--rbind", names.toString(), names.toString());
      run("mount", "--make-rshared", names.toString());
    }
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  /** What is mounted there or below. */
  private static List<String> mounts(Path directory) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
      return lines.filter(line -> line.contains(" " + directory)).toList();
    }
  }

  @Test
  void whatTheWorkThrowsComesOutOfTheCall() {
    try (NetworkNamespace made = createOrSkip()) {
      assertThatThrownBy(
              () ->
                  made.run(
                      () -> {
                        throw new IllegalStateException("as it is");
                      }))
          .isExactlyInstanceOf(IllegalStateException.class)
          .hasMessage("as it is");
    }
  }

  @Test
  void aFailedCallSaysWhichCallAndWhy() {
    assertThatThrownBy(() -> Descriptors.open("/nowhere/at/all", Descriptors.O_RDONLY))
        .isInstanceOfSatisfying(
            LibcException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT))
        .hasMessageContaining("open /nowhere/at/all")
        .hasMessageContaining("ENOENT");
  }
}

package io.weft.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.atomix.protocols.raft.impl.RaftContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the build wrote beside our own classes. */
class RepackagedClassesTest {
  @Test
  void repackagedClassesNeedNoLibraryThatWasLeftOut() throws Exception {
    assertThat(referencesOutsideTheJdk())
        .isNotEmpty()
        .noneMatch(name -> name.startsWith("com/esotericsoftware/"))
        .noneMatch(name -> name.startsWith("io/netty/"))
        .noneMatch(name -> name.startsWith("com/typesafe/"))
        .noneMatch(name -> name.startsWith("org/apache/"));
  }

  @Test
  void theLicenceAndTheNoticeOfAtomixComeWithIt() {
    assertThat(RaftContext.class.getResource("/META-INF/LICENSE")).isNotNull();
    assertThat(RaftContext.class.getResource("/META-INF/NOTICE")).isNotNull();
  }

  private static Set<String> referencesOutsideTheJdk() throws IOException, URISyntaxException {
    Path classes =
        Path.of(RaftContext.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.walk(classes.resolve("io/atomix"))) {
      files
          .filter(file -> file.toString().endsWith(".class"))
          .forEach(
              file -> {
                try {
                  for (PoolEntry entry : ClassFile.of().parse(file).constantPool()) {
                    if (entry instanceof ClassEntry type
                        && !type.asInternalName().startsWith("java/")) {
                      names.add(type.asInternalName());
                    }
                  }
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
    return names;
  }
}

package io.weft.raft.build;

import io.weft.raft.mend.Mend;
import io.weft.raft.mend.Mends;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Run by the build once our own classes are compiled: copies those classes of Atomix that the Raft
 * core needs, mended, into this module's output, so that modules downstream see only the mended
 * ones. What is needed is found by following references from {@link #ROOTS}; what {@link #LEFT_OUT}
 * names is referred to only from code that Weft never runs.
 */
public final class Repackage {
  /** Where the search begins. */
  static final List<String> ROOTS =
      List.of(
          "io/atomix/protocols/raft/impl/RaftContext",
          "io/atomix/protocols/raft/roles/LeaderRole",
          "io/atomix/protocols/raft/storage/RaftStorage");

  /** Prefixes of what is never followed. */
  static final List<String> LEFT_OUT =
      List.of(
          "io/atomix/utils/serializer/Namespace",
          "io/atomix/utils/serializer/Kryo",
          "io/atomix/utils/serializer/SerializerBuilder",
          "io/atomix/utils/concurrent/SingleThreadContext",
          "io/atomix/protocols/raft/impl/DefaultRaft",
          "io/atomix/protocols/raft/partition/",
          "io/atomix/primitive/partition/",
          "io/atomix/primitive/proxy/",
          "io/atomix/primitive/impl/",
          "io/atomix/primitive/session/impl/Recovering",
          "io/atomix/cluster/messaging/",
          "io/atomix/cluster/discovery/",
          "io/atomix/cluster/protocol/",
          "io/atomix/cluster/impl/");

  private static final Pattern IN_DESCRIPTOR = Pattern.compile("L(io/atomix/[\\w/$]+);");

  private Repackage() {}

  /**
   * Writes the classes.
   *
   * @param args the output directory, then Atomix's jars
   */
  public static void main(String[] args) throws IOException {
    Path output = Path.of(args[0]);
    List<URL> jars = new ArrayList<>();
    for (String jar : List.of(args).subList(1, args.length)) {
      jars.add(Path.of(jar).toUri().toURL());
    }
    List<Mend> mends = new ArrayList<>(Mends.REPAIRS);
    mends.addAll(Mends.FITTINGS);
    try (URLClassLoader originals =
        new URLClassLoader(jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Map<String, byte[]> needed = needed(originals);
      for (Map.Entry<String, byte[]> each : needed.entrySet()) {
        Path file = output.resolve(each.getKey() + ".class");
        Files.createDirectories(file.getParent());
        Files.write(file, Mends.apply(each.getValue(), mends, originals));
      }
    }
  }

  /** The original class files that the Raft core needs, by internal name. */
  static Map<String, byte[]> needed(ClassLoader originals) throws IOException {
    Map<String, byte[]> found = new TreeMap<>();
    ArrayDeque<String> open = new ArrayDeque<>(ROOTS);
    while (!open.isEmpty()) {
      String name = open.remove();
      if (found.containsKey(name) || LEFT_OUT.stream().anyMatch(name::startsWith)) {
        continue;
      }
      try (InputStream in = originals.getResourceAsStream(name + ".class")) {
        if (in == null) {
          continue; // one of ours, or of a jar that is not on this path
        }
        byte[] bytes = in.readAllBytes();
        found.put(name, bytes);
        open.addAll(references(bytes));
      }
    }
    return found;
  }

  private static List<String> references(byte[] bytes) {
    List<String> names = new ArrayList<>();
    for (PoolEntry entry : ClassFile.of().parse(bytes).constantPool()) {
      if (entry instanceof ClassEntry type) {
        String name = type.asInternalName();
        if (name.startsWith("io/atomix/")) {
          names.add(name);
        }
      } else if (entry instanceof Utf8Entry text) {
        Matcher matcher = IN_DESCRIPTOR.matcher(text.stringValue());
        while (matcher.find()) {
          names.add(matcher.group(1));
        }
      }
    }
    return names;
  }
}

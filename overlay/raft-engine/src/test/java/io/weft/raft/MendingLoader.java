package io.weft.raft;

import io.weft.raft.mend.Mend;
import io.weft.raft.mend.Mends;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Loads Atomix's original classes and applies all mends but some, so that a test sees what happens
 * without one. Our own classes that touch Atomix, and the scenario, are loaded by it too.
 */
final class MendingLoader extends URLClassLoader {
  private final List<Mend> mends = new ArrayList<>();

  /** Leaves out the mend of this class, or none. */
  MendingLoader(Optional<Class<? extends Mend>> without) {
    super(jarsAndOurs(), MendingLoader.class.getClassLoader());
    Mends.REPAIRS.stream()
        .filter(mend -> without.isEmpty() || !without.get().isInstance(mend))
        .forEach(mends::add);
    mends.addAll(Mends.FITTINGS);
    mends.add(new CountForce());
  }

  /** Runs the scenario in this loader's world. */
  static String run(Class<?> scenario, Optional<Class<? extends Mend>> without) throws Exception {
    try (MendingLoader loader = new MendingLoader(without)) {
      Class<?> copy = loader.loadClass(scenario.getName());
      var constructor = copy.getDeclaredConstructor();
      constructor.setAccessible(true);
      return (String) ((Callable<?>) constructor.newInstance()).call();
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    boolean ours =
        name.startsWith("io.atomix.")
            || (name.startsWith("io.weft.raft.") && !name.startsWith("io.weft.raft.mend."));
    if (!ours) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? define(name) : loaded;
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    String file = name.replace('.', '/') + ".class";
    URL resource = name.startsWith("io.atomix.") ? findResource(file) : getResource(file);
    if (resource == null) {
      resource = getResource(file); // a class of ours in one of Atomix's packages
    }
    if (resource == null) {
      throw new ClassNotFoundException(name);
    }
    try (InputStream in = resource.openStream()) {
      byte[] bytes = in.readAllBytes();
      if (resource.getProtocol().equals("jar")) {
        bytes = Mends.apply(bytes, mends, this);
      }
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  /** Atomix's own jars, which stand on the test's class path behind the mended classes. */
  private static URL[] jarsAndOurs() {
    List<URL> urls = new ArrayList<>();
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    for (String element : path.split(java.io.File.pathSeparator, -1)) {
      Path file = Path.of(element);
      if (file.getFileName().toString().startsWith("atomix-") && Files.exists(file)) {
        try {
          urls.add(file.toUri().toURL());
        } catch (MalformedURLException e) {
          throw new IllegalStateException(e);
        }
      }
    }
    if (urls.size() != 5) {
      throw new IllegalStateException("expected Atomix's five jars on " + path);
    }
    return urls.toArray(URL[]::new);
  }
}

package io.weft.simulator.fleet;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.function.LongFunction;

/** Loads the product anew with a fault planted into it. */
final class MutantLoader extends ClassLoader {
  private final Mutant mutant;

  MutantLoader(Mutant mutant) {
    super(MutantLoader.class.getClassLoader());
    this.mutant = mutant;
  }

  /** The first violation that a sweep of seeds 1 to so many finds; empty if none does. */
  String firstFound(Path scratch, String scenario, int seeds) throws ReflectiveOperationException {
    LongFunction<String> trial = trial(scratch, scenario);
    String found = "";
    for (long seed = 1; found.isEmpty() && seed <= seeds; seed++) {
      found = trial.apply(seed);
    }
    return found;
  }

  /** Runs seeds in the world of this loader; each answers the first violation, or none. */
  @SuppressWarnings("unchecked") // the class is known
  private LongFunction<String> trial(Path scratch, String scenario)
      throws ReflectiveOperationException {
    var constructor =
        loadClass(MutantTrial.class.getName()).getDeclaredConstructor(Path.class, String.class);
    constructor.setAccessible(true);
    return (LongFunction<String>) constructor.newInstance(scratch, scenario);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith("io.weft.") && !name.startsWith("io.atomix.")) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? define(name) : loaded;
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = mutant.applyTo(name, in.readAllBytes(), this);
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }
}

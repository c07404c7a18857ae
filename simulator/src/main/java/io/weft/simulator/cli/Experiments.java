package io.weft.simulator.cli;

import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.simulator.figures.Quantile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** What commands have in common that make many runs and print a table of them. */
final class Experiments {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double PERCENT = 100;

  private Experiments() {}

  /** The one of this name. */
  static <E extends Enum<E>> E one(String option, String name, E[] all) {
    for (E e : all) {
      if (title(e).equals(name)) {
        return e;
      }
    }
    throw new ApiException(
        ErrorKind.USAGE,
        option + ": there is no '" + name + "'; choose from " + String.join(", ", titles(all)));
  }

  /** Those of these names. */
  static <E extends Enum<E>> List<E> several(String option, List<String> names, E[] all) {
    List<E> chosen = new ArrayList<>();
    for (String name : names) {
      chosen.add(one(option, name, all));
    }
    return chosen;
  }

  /** As they are written in tables and options. */
  static <E extends Enum<E>> List<String> titles(E[] all) {
    return Arrays.stream(all).map(Experiments::title).toList();
  }

  /** As it is written in tables and options. */
  static String title(Enum<?> e) {
    return e.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Makes these runs and waits for all of them. */
  static <T> List<T> run(ExecutorService pool, List<? extends Callable<T>> runs)
      throws InterruptedException {
    List<Future<T>> futures = new ArrayList<>();
    for (Callable<T> run : runs) {
      futures.add(pool.submit(run));
    }
    List<T> results = new ArrayList<>();
    for (Future<T> future : futures) {
      try {
        results.add(future.get());
      } catch (ExecutionException e) {
        pool.shutdownNow();
        throw new IllegalStateException("a run broke off: " + e.getCause(), e);
      }
    }
    return results;
  }

  /** In seconds; null where there is none. */
  static @Nullable Double quantile(List<Long> sortedNanos, double share) {
    return sortedNanos.isEmpty()
        ? null
        : sortedNanos.get(Quantile.index(sortedNanos.size(), share)) / NANOS_PER_SECOND;
  }

  /** For a table; null where there is none. */
  static @Nullable String seconds(@Nullable Double value) {
    return value == null ? null : String.format(Locale.ROOT, "%.2f s", value);
  }

  /** A share of one, for a table; null where there is none. */
  static @Nullable String percent(@Nullable Double share, int digits) {
    return share == null
        ? null
        : String.format(Locale.ROOT, "%." + digits + "f %%", PERCENT * share);
  }
}

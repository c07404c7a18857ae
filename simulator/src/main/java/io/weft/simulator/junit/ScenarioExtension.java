package io.weft.simulator.junit;

import io.weft.simulator.fleet.FleetRun;
import io.weft.simulator.fleet.RunObserver;
import io.weft.simulator.fleet.RunResult;
import io.weft.simulator.scenario.ScenarioResult;
import io.weft.simulator.scenario.Scenarios;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/** Runs {@link Scenario} methods; JUnit finds it by that annotation. */
public final class ScenarioExtension implements TestTemplateInvocationContextProvider {
  /** For JUnit. */
  public ScenarioExtension() {}

  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return context.getRequiredTestMethod().isAnnotationPresent(Scenario.class);
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
      ExtensionContext context) {
    String what = context.getRequiredTestMethod().getAnnotation(Scenario.class).value();
    @Nullable Seeds seeds = context.getRequiredTestMethod().getAnnotation(Seeds.class);
    if (seeds != null && seeds.value() < 1) {
      throw new IllegalArgumentException("@Seeds must be 1 or more, not " + seeds.value());
    }
    Optional<io.weft.simulator.scenario.Scenario> fixed =
        what.equals(Scenarios.RANDOM)
            ? Optional.empty()
            : Optional.of(read(what, context.getRequiredTestClass()));
    long first =
        seeds == null
            ? fixed.map(io.weft.simulator.scenario.Scenario::seed).orElse(1L)
            : seeds.from();
    long count = seeds == null ? 1 : seeds.value();
    LongFunction<io.weft.simulator.scenario.Scenario> scenarios =
        seed -> fixed.map(s -> Scenarios.concrete(s, seed)).orElseGet(() -> Scenarios.random(seed));
    return LongStream.range(first, first + count)
        .mapToObj(seed -> new Invocation(what, seed, scenarios));
  }

  private static io.weft.simulator.scenario.Scenario read(String what, Class<?> test) {
    return Scenarios.named(what)
        .orElseGet(
            () ->
                switch (Scenarios.parse(what, text(what, test))) {
                  case ScenarioResult.Valid valid -> valid.scenario();
                  case ScenarioResult.Invalid invalid ->
                      throw new IllegalArgumentException(
                          invalid.errors().stream()
                              .map(Object::toString)
                              .collect(Collectors.joining("\n")));
                });
  }

  private static String text(String what, Class<?> test) {
    try (InputStream in = test.getResourceAsStream(what)) {
      if (in != null) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
      return Files.readString(Path.of(what));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "no scenario of that name comes with Weft, and it cannot be read as a file: " + what, e);
    }
  }

  /** One seed. */
  private record Invocation(
      String what, long seed, LongFunction<io.weft.simulator.scenario.Scenario> scenarios)
      implements TestTemplateInvocationContext {
    @Override
    public String getDisplayName(int invocationIndex) {
      return what + ", seed " + seed;
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      return List.of(new Run(this));
    }
  }

  /** Runs before the method, and gives it the result. */
  private static final class Run implements BeforeTestExecutionCallback, ParameterResolver {
    private final Invocation invocation;
    private @Nullable RunResult result;

    Run(Invocation invocation) {
      this.invocation = invocation;
    }

    private RunResult result() {
      RunResult done = result;
      if (done == null) {
        done = run();
        result = done;
      }
      return done;
    }

    private RunResult run() {
      try {
        Path scratch = Files.createTempDirectory("weft-scenario-");
        try {
          return FleetRun.run(
              invocation.scenarios().apply(invocation.seed()),
              invocation.seed(),
              scratch,
              RunObserver.NONE);
        } finally {
          Files.deleteIfExists(scratch);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void beforeTestExecution(ExtensionContext context) {
      RunResult done = result();
      if (!done.holds()) {
        throw new AssertionError(
            done.violations().stream()
                    .map(
                        v ->
                            "%s at %.3f s: %s"
                                .formatted(v.invariant(), v.atNanos() / 1e9, v.detail()))
                    .collect(Collectors.joining("\n"))
                + "\nreplay: weft sim run "
                + invocation.what()
                + " --seed "
                + invocation.seed());
      }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == RunResult.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return result();
    }
  }
}

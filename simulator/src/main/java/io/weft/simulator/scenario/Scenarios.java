package io.weft.simulator.scenario;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads, writes and draws scenarios. */
public final class Scenarios {
  /** The name of the scenario that draws everything from its seed. */
  public static final String RANDOM = Swarm.NAME;

  /** A scenario file beyond this is not read. */
  private static final long MAX_FILE_BYTES = 1L << 20;

  private static final String FOLDER = "/io/weft/simulator/scenarios/";
  private static final String SUFFIX = ".yaml";

  /**
   * A scenario of the library.
   *
   * @param description what it is about, and whose trouble it was
   */
  public record Named(String name, String description) {}

  private Scenarios() {}

  /**
   * Reads a file.
   *
   * @throws IOException when it cannot be read
   */
  public static ScenarioResult parse(Path file) throws IOException {
    if (Files.size(file) > MAX_FILE_BYTES) {
      return new ScenarioResult.Invalid(
          List.of(
              new ScenarioError(
                  file.toString(), 1, "", "larger than " + MAX_FILE_BYTES + " bytes")));
    }
    try {
      return parse(file.toString(), Files.readString(file));
    } catch (CharacterCodingException e) {
      return new ScenarioResult.Invalid(
          List.of(new ScenarioError(file.toString(), 1, "", "the file is not UTF-8 text")));
    }
  }

  /**
   * Reads a scenario's text.
   *
   * @param file the name for messages, and for the scenario when it has none
   */
  public static ScenarioResult parse(String file, String text) {
    String base = Path.of(file).getFileName().toString();
    String stem = base.replaceFirst("\\.ya?ml$", "").replaceAll("[^A-Za-z0-9._-]", "-");
    String name = Shape.NAME.read().apply(stem).orElse("scenario");
    return ScenarioParser.parse(file, text, name);
  }

  /** Writes a scenario so that it reads back as the same. */
  public static String write(Scenario scenario) {
    return write(scenario, "");
  }

  /** Writes a scenario with a description. */
  public static String write(Scenario scenario, String description) {
    return ScenarioWriter.write(scenario, description);
  }

  /** The same scenario with all that was left to chance drawn from a seed. */
  public static Scenario concrete(Scenario scenario, long seed) {
    return Expansion.of(scenario.seeded(seed), seed);
  }

  /** The scenario that draws everything from its seed: concrete in all things. */
  public static Scenario random(long seed) {
    return Swarm.of(seed);
  }

  /** The scenarios that come with the product, by name; {@link #RANDOM} is the last. */
  public static List<Named> library() {
    List<Named> all = new ArrayList<>();
    for (String name : resource("index").lines().filter(l -> !l.isBlank()).toList()) {
      all.add(new Named(name, valid(name).description()));
    }
    all.add(
        new Named(
            RANDOM,
            "Draws everything from its seed: 3 to 9 hosts, settings, network, workload, faults."));
    return all;
  }

  /** A scenario of the library by its name, but for {@link #RANDOM}. */
  public static Optional<Scenario> named(String name) {
    return resource("index").lines().anyMatch(name::equals)
        ? Optional.of(valid(name).scenario())
        : Optional.empty();
  }

  /** The text of a scenario of the library, to begin one's own from. */
  public static Optional<String> text(String name) {
    return resource("index").lines().anyMatch(name::equals)
        ? Optional.of(resource(name + SUFFIX))
        : Optional.empty();
  }

  private static ScenarioResult.Valid valid(String name) {
    return switch (parse(name + SUFFIX, resource(name + SUFFIX))) {
      case ScenarioResult.Valid valid -> valid;
      case ScenarioResult.Invalid invalid ->
          throw new AssertionError("a scenario of the library is wrong: " + invalid.errors());
    };
  }

  private static String resource(String name) {
    try (InputStream in = Scenarios.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw new AssertionError("missing from the jar: " + FOLDER + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name, e);
    }
  }
}

package io.weft.simulator;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

@AnalyzeClasses(
    packages = "io.weft.simulator",
    importOptions = ImportOption.DoNotIncludeTests.class)
class SimulatorRulesTest {
  @ArchTest
  static final ArchRule sees_no_real_network =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.netty..", "java.nio.channels..", "io.weft.gossip.transport.netty..")
          .because("all that hosts exchange must go through virtual time");

  @ArchTest
  static final ArchRule sees_no_threads =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.weft.simulator.cli..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("java.util.concurrent..")
                  .and(not(assignableTo(CompletableFuture.class)))
                  .and(not(assignableTo(CompletionException.class))))
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Thread.class)
          .because(
              "two threads would take another way on every run; the consensus port's futures are"
                  + " completed on the world's thread; the command line runs several worlds side"
                  + " by side, each in a thread of its own");

  @ArchTest
  static final ArchRule sees_no_real_clock =
      noClasses()
          .that()
          .doNotHaveSimpleName("Stopwatch")
          .and()
          .resideOutsideOfPackage("io.weft.simulator.cli..")
          .should()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Instant.class, "now")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Clock.class)
          .because("time is virtual: the same seed must give the same times");

  @ArchTest
  static final ArchRule draws_only_from_named_streams =
      noClasses()
          .that()
          .doNotHaveSimpleName("Identities") // the JDK makes keys from a SecureRandom only
          .should()
          .dependOnClassesThat()
          .areAssignableTo(Random.class)
          .orShould()
          .callMethod(Math.class, "random")
          .because("a number that no seed decides cannot be drawn again");

  @ArchTest
  static final ArchRule walks_through_nothing_in_hash_order =
      noClasses()
          .should()
          .callConstructor(HashMap.class)
          .orShould()
          .callConstructor(HashSet.class)
          .because("hash order differs between runs and machines");

  @ArchTest
  static final ArchRule packages_form_no_cycle =
      slices()
          .matching("io.weft.simulator.(*)..")
          .should()
          .beFreeOfCycles()
          .because("the checkers must be usable without the world, and the world without gossip");
}

package io.weft.security;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.weft.security", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String[] PURE = {
    "io.weft.security.identity",
    "io.weft.security.token",
    "io.weft.security.keyring",
    "io.weft.security.tunnel"
  };

  @ArchTest
  static final ArchRule SECURITY_IS_A_LEAF =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.weft.gossip..",
              "io.weft.vxlan..",
              "io.weft.overlay..",
              "io.weft.node..",
              "io.weft.simulator..",
              "io.weft.chaos..")
          .because("all modules rest on it, and what decides on trust must be read by itself");

  @ArchTest
  static final ArchRule NO_PACKAGE_CYCLES =
      slices()
          .matching("io.weft.security.(**)")
          .should()
          .beFreeOfCycles()
          .because("packages that need each other are one package");

  @ArchTest
  static final ArchRule RULES_OF_TRUST_SEE_NO_NETWORK =
      noClasses()
          .that()
          .resideInAnyPackage(PURE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.netty..", "java.nio.channels..", "java.net..")
          .because("they run the same in the simulator, which has no sockets");

  @ArchTest
  static final ArchRule RULES_OF_TRUST_SEE_NO_CLOCK =
      noClasses()
          .that()
          .resideInAnyPackage(PURE)
          .should()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(java.time.Instant.class, "now")
          .because("time comes in with each call, so that years can be simulated in seconds");

  @ArchTest
  static final ArchRule THE_KEY_CORE_HAS_NO_THREADS =
      noClasses()
          .that()
          .resideInAPackage("io.weft.security.tunnel")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.util.concurrent..")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Thread.class)
          .because("one caller feeds a core in order; the same inputs must give the same effects");
}

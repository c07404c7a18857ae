package io.weft.gossip;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.weft.gossip", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String[] CORES = {
    "io.weft.gossip",
    "io.weft.gossip.coordinate",
    "io.weft.gossip.core",
    "io.weft.gossip.link",
    "io.weft.gossip.signing",
    "io.weft.gossip.wire"
  };

  @ArchTest
  static final ArchRule CORES_DO_NO_IO =
      noClasses()
          .that()
          .resideInAnyPackage(CORES)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.netty..", "java.nio.channels..", "io.weft.gossip.transport..", "org.slf4j..")
          .because("what decides must run the same in the simulator, which has no sockets");

  @ArchTest
  static final ArchRule CORES_HAVE_NO_THREADS =
      noClasses()
          .that()
          .resideInAnyPackage(CORES)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.util.concurrent..")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Thread.class)
          .because("one caller feeds a core in order; the same inputs must give the same effects");

  @ArchTest
  static final ArchRule CORES_HAVE_NO_CLOCK =
      noClasses()
          .that()
          .resideInAnyPackage(CORES)
          .should()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .dependOnClassesThat()
          .resideInAnyPackage("java.time..")
          .because("time comes in with each step, so that hours can be simulated in seconds");

  @ArchTest
  static final ArchRule CORES_HAVE_NO_RANDOMNESS_OF_THEIR_OWN =
      noClasses()
          .that()
          .resideInAnyPackage(CORES)
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.util.Random")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.security.SecureRandom")
          .orShould()
          .callMethod(Math.class, "random")
          .because(
              "a run must be given again by its seed; the generator comes in through the constructor");

  @ArchTest
  static final ArchRule CORES_ITERATE_IN_ORDER =
      noClasses()
          .that()
          .resideInAnyPackage(CORES)
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.util.HashMap")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.util.HashSet")
          .because("the order of hashes is no order: it may differ between runs and machines");

  @ArchTest
  static final ArchRule GOSSIP_RESTS_ON_SECURITY_ONLY =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.weft.vxlan..",
              "io.weft.overlay..",
              "io.weft.node..",
              "io.weft.simulator..",
              "io.weft.chaos..")
          .because("membership must not know of Raft or of the kernel; what they need, it emits");

  @ArchTest
  static final ArchRule NO_PACKAGE_CYCLES =
      slices()
          .matching("io.weft.gossip.(**)")
          .should()
          .beFreeOfCycles()
          .because("packages that need each other are one package");
}

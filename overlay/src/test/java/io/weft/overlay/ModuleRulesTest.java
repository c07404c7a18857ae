package io.weft.overlay;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;

/** The overlay's row in the table of the architecture. */
@AnalyzeClasses(packages = "io.weft.overlay", importOptions = ImportOption.DoNotIncludeTests.class)
class ModuleRulesTest {
  private static final String ADAPTER = "io.weft.overlay.registry.atomix..";

  /** What decides: everything but the engine's adapter and the ports. */
  private static final String[] CORES = {
    "io.weft.overlay.registry",
    "io.weft.overlay.ipam..",
    "io.weft.overlay.planner..",
    "io.weft.overlay.records..",
    "io.weft.overlay.agent..",
    "io.weft.overlay.check..",
  };

  @ArchTest
  static final ArchRule OF_THE_DATA_PLANE_ONLY_THE_DESIRED_STATE_IS_SEEN =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.weft.vxlan",
              "io.weft.vxlan.attach..",
              "io.weft.vxlan.driver..",
              "io.weft.vxlan.esp..",
              "io.weft.vxlan.ffi..",
              "io.weft.vxlan.kernel..",
              "io.weft.vxlan.netlink..",
              "io.weft.vxlan.netns..",
              "io.weft.vxlan.reconcile..",
              "io.weft.vxlan.user..",
              "io.weft.vxlan.xfrm..")
          .because("the overlay says what should be; only the data plane knows how it comes to be");

  @ArchTest
  static final ArchRule NOTHING_ABOVE_IS_SEEN =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.weft.node..",
              "io.weft.simulator..",
              "io.weft.chaos..",
              "io.weft.gossip.transport.netty..")
          .because("data flows one way; what a higher module needs to know is emitted as an event");

  @ArchTest
  static final ArchRule NO_SOCKETS =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.netty..")
          .orShould()
          .dependOnClassesThat()
          .haveNameMatching("java\\.(net|nio\\.channels)\\.(.*Socket.*|Datagram.*|URL.*|Http.*)")
          .because("the simulator runs this module in a world that has no network but its own");

  @ArchTest
  static final ArchRule NO_THREADS_BUT_IN_THE_ENGINE_S_ADAPTER =
      noClasses()
          .that()
          .resideOutsideOfPackages(ADAPTER, "io.weft.overlay.consensus..")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.lang.Thread")
          .orShould()
          .dependOnClassesThat()
          .resideInAPackage("java.util.concurrent..")
          .because(
              "a core is one step after another; threads would make a seed give two histories");

  @ArchTest
  static final ArchRule CORES_HAVE_NO_HASH_ORDER =
      noClasses()
          .that()
          .resideInAnyPackage(CORES)
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.util.HashMap")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.util.HashSet")
          .because("iteration in hash order differs between JVMs, and voters must not differ");

  @ArchTest
  static final ArchRule CORES_HAVE_NO_CLOCK_AND_NO_DICE =
      noClasses()
          .that()
          .resideInAnyPackage(CORES)
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(Instant.class, "now")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.time.Clock")
          .orShould()
          .dependOnClassesThat()
          .haveNameMatching("java\\.util\\.(Random|SplittableRandom|UUID)")
          .because("time and chance come in through inputs, so that a run can be played again");

  @ArchTest
  static final ArchRule NO_PACKAGE_CYCLES =
      slices()
          .matching("io.weft.overlay.(**)")
          .should()
          .beFreeOfCycles()
          .because("a part that can be understood only with its user is not a part");
}

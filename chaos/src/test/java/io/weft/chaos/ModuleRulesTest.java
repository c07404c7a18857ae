package io.weft.chaos;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.weft.raft.LogClock;
import io.weft.raft.RaftRuntime;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The table of modules in ARCHITECTURE.md, as far as it can be seen from the last module. */
class ModuleRulesTest {
  private static JavaClasses classes = new ClassFileImporter().importClasses();

  @BeforeAll
  static void readClasses() {
    classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.weft");
  }

  @Test
  void every_module_below_is_seen() {
    for (String module : new String[] {"security", "gossip", "vxlan", "overlay", "simulator"}) {
      assertThat(classes.stream().anyMatch(in(module))).as("classes of module " + module).isTrue();
    }
  }

  @Test
  void security_is_a_leaf() {
    onlySees("security", "it must know nothing of peers' liveness or the kernel", "security");
  }

  @Test
  void vxlan_is_a_leaf() {
    onlySees("vxlan", "the data plane must not know who is a member, nor of Raft", "vxlan");
  }

  @Test
  void gossip_rests_on_security_only() {
    onlySees("gossip", "membership must not know of Raft or VXLAN", "gossip", "security");
  }

  @Test
  void overlay_rests_on_what_lies_below_it() {
    onlySees("overlay", "data goes one way", "overlay", "gossip", "security", "vxlan", "raft");
  }

  @Test
  void the_raft_engine_is_a_leaf() {
    onlySees("raft", "it is Atomix, mended, and nothing of ours", "raft");
  }

  @Test
  void of_vxlan_the_overlay_sees_only_the_desired_state() {
    noClasses()
        .that(in("overlay"))
        .should()
        .dependOnClassesThat(
            in("vxlan")
                .and(
                    DescribedPredicate.not(
                        JavaClass.Predicates.resideInAPackage("io.weft.vxlan.desired.."))))
        .because("the planner is pure: it says what should be, never how it comes about")
        .check(classes);
  }

  @Test
  void only_the_engines_adapter_sees_the_engine() {
    noClasses()
        .that(
            JavaClass.Predicates.resideOutsideOfPackages(
                "io.weft.overlay.registry.atomix..", "io.weft.raft..", "io.weft.simulator.fleet.."))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.atomix..", "io.weft.raft..")
        .because("the log's engine can be replaced only while nothing else knows it")
        .check(classes);
  }

  @Test
  void of_the_engine_the_simulator_sees_only_what_stands_for_time() {
    noClasses()
        .that(in("simulator"))
        .should()
        .dependOnClassesThat(
            JavaClass.Predicates.resideInAnyPackage("io.atomix..", "io.weft.raft..")
                .and(
                    DescribedPredicate.not(
                        JavaClass.Predicates.belongToAnyOf(RaftRuntime.class, LogClock.class))))
        .because("it gives the engine its clock and its thread, and knows nothing else of it")
        .check(classes);
  }

  @Test
  void the_simulator_rests_on_the_cores() {
    onlySees(
        "simulator",
        "the simulator runs what the agent runs, and is run by nobody below",
        "simulator",
        "overlay",
        "gossip",
        "security",
        "vxlan",
        "raft",
        "node");
    noClasses()
        .that(
            in("simulator")
                .and(
                    DescribedPredicate.not(
                        JavaClass.Predicates.resideInAPackage("io.weft.simulator.cli.."))))
        .should()
        .dependOnClassesThat(in("node"))
        .because("only its command line is one with the agent's")
        .check(classes);
  }

  @Test
  void chaos_sees_only_histories_and_checkers() {
    onlySees("chaos", "it sees only the image and the public interface", "chaos", "simulator");
    noClasses()
        .that(in("chaos"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.weft.simulator.world..",
            "io.weft.simulator.network..",
            "io.weft.simulator.gossip..")
        .because("one set of invariants judges both worlds, and nothing else is shared")
        .check(classes);
  }

  @Test
  void node_depends_on_neither_simulator_nor_chaos() {
    Path node = Path.of("..", "node", "target", "classes");
    assertThat(node).as("module node is built before this one").isDirectory();
    JavaClasses nodeClasses = new ClassFileImporter().importPath(node);
    assertThat(nodeClasses).isNotEmpty();
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.weft.simulator..", "io.weft.chaos..")
        .because("the command line finds sim and chaos through ServiceLoader")
        .check(nodeClasses);
  }

  private static void onlySees(String module, String because, String... allowed) {
    DescribedPredicate<JavaClass> foreign = JavaClass.Predicates.resideInAPackage("io.weft..");
    for (String name : allowed) {
      foreign = foreign.and(DescribedPredicate.not(in(name)));
    }
    noClasses()
        .that(in(module))
        .should()
        .dependOnClassesThat(foreign)
        .because(because)
        .check(classes);
  }

  private static DescribedPredicate<JavaClass> in(String module) {
    return JavaClass.Predicates.resideInAPackage("io.weft." + module + "..");
  }
}

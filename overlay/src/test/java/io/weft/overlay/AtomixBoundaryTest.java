package io.weft.overlay;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may see the Raft engine. */
@AnalyzeClasses(packages = "io.weft", importOptions = ImportOption.DoNotIncludeTests.class)
class AtomixBoundaryTest {
  @ArchTest
  static final ArchRule ONLY_THE_ADAPTER_SEES_ATOMIX =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.weft.overlay.registry.atomix..", "io.weft.raft..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.atomix..", "io.weft.raft..")
          .because(
              "another engine must be able to stand behind io.weft.overlay.consensus, and nothing"
                  + " else may come to rely on what Atomix does");

  @ArchTest
  static final ArchRule THE_PORT_KNOWS_NO_ADAPTER =
      noClasses()
          .that()
          .resideInAPackage("io.weft.overlay.consensus..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.weft.overlay.registry..", "io.netty..", "com.google..")
          .because("the port is what both sides agree on; it depends on neither");
}

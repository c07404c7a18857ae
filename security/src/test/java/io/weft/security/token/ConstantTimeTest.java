package io.weft.security.token;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.security.MessageDigest;
import java.util.Arrays;

/** Time cannot be measured in a test that has to hold anywhere; which comparison is used can. */
@AnalyzeClasses(
    packages = "io.weft.security.token",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ConstantTimeTest {
  @ArchTest
  static final ArchRule SECRETS_ARE_COMPARED_BY_THE_PLATFORMS_CONSTANT_TIME_COMPARISON =
      classes()
          .that()
          .haveSimpleName("TokenSecrets")
          .should()
          .callMethod(MessageDigest.class, "isEqual", byte[].class, byte[].class)
          .because("how long a refusal takes must not tell how much of a guess was right");

  @ArchTest
  static final ArchRule NO_OTHER_COMPARISON_OF_BYTES_IS_USED =
      noClasses()
          .should()
          .callMethod(Arrays.class, "equals", byte[].class, byte[].class)
          .because("it ends at the first byte that differs");
}

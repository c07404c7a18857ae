package io.weft.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigDocsTest {
  private static final Path PAGE = Path.of("..", "docs", "configuration.md");

  /**
   * With {@code WEFT_WRITE_DOCS=true} in the environment the page is written anew instead of
   * compared.
   */
  @Test
  void the_page_in_docs_is_what_the_schema_says() throws Exception {
    if ("true".equals(System.getenv("WEFT_WRITE_DOCS"))) {
      Files.createDirectories(PAGE.getParent());
      Files.writeString(PAGE, ConfigDocs.markdown());
    }
    assertThat(PAGE)
        .as("run the test ConfigDocsTest with WEFT_WRITE_DOCS=true to write it anew")
        .hasContent(ConfigDocs.markdown());
  }
}

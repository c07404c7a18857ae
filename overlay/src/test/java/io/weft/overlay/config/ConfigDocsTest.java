package io.weft.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

  @Test
  void every_example_on_the_page_is_a_configuration_that_is_taken() throws Exception {
    List<String> examples = examples(Files.readAllLines(PAGE));
    assertThat(examples).isNotEmpty();
    for (String example : examples) {
      assertThat(ConfigLoader.load("example", example, Map.of(), new TreeMap<>()))
          .as(example)
          .isInstanceOf(ConfigResult.Valid.class);
    }
  }

  /** The blocks of lines that are set in by four spaces, without them. */
  private static List<String> examples(List<String> lines) {
    List<String> blocks = new ArrayList<>();
    StringBuilder block = new StringBuilder();
    for (String line : lines) {
      if (line.startsWith("    ")) {
        block.append(line.substring(4)).append('\n');
      } else if (!block.isEmpty()) {
        blocks.add(block.toString());
        block.setLength(0);
      }
    }
    return blocks;
  }
}

package io.weft.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void columnsAreAsWideAsTheirWidestCellAndNothingIsADash() {
    assertThat(new Table("A", "LONG").row("longer", null).row("", 5).format())
        .isEqualTo("A       LONG\nlonger  -\n-       5\n");
  }

  @Test
  void whatOthersWroteDoesNotSteerTheTerminal() {
    assertThat(new Table("NAME").row("a\u001b[2J\nb").format()).isEqualTo("NAME\na?[2J?b\n");
    assertThat(Table.printable("\u009b2J \u202e \u2028 \u2029 \u007f é"))
        .isEqualTo("?2J ? ? ? ? é");
  }
}

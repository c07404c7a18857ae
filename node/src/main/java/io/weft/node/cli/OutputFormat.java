package io.weft.node.cli;

/** How an answer is printed. */
public enum OutputFormat {
  /** Columns for people. */
  table,
  /** One JSON object in one line. */
  json,
  /** The same object as YAML. */
  yaml
}

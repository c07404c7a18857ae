package io.weft.overlay.config;

/** Where a value came from. */
public sealed interface Origin {

  /** Nobody set it. */
  record Default() implements Origin {
    @Override
    public String toString() {
      return "default";
    }
  }

  /** A line of the file, counted from 1. */
  record FileLine(String file, int line) implements Origin {
    @Override
    public String toString() {
      return file + ":" + line;
    }
  }

  /** An environment variable. */
  record Variable(String name) implements Origin {
    @Override
    public String toString() {
      return name;
    }
  }

  /** A flag of the command line. */
  record CommandLineFlag(String key) implements Origin {
    @Override
    public String toString() {
      return "--set " + key;
    }
  }
}

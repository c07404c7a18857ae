package io.weft.chaos;

/** The smallest application an image can hold. */
public final class ImageProbe {
  private ImageProbe() {}

  /** Prints what it runs on. */
  public static void main(String[] args) {
    System.out.println("class path works on Java " + Runtime.version().feature());
  }
}

package io.weft.overlay.records;

/** The bounds of what a host may say about itself. */
public final class RecordLimits {
  /** Bytes of one record. */
  public static final int MAX_RECORD_BYTES = 8192;

  /** Digits of an endpoint's id at least: the device's name is made of as many. */
  public static final int MIN_ENDPOINT_ID_DIGITS = 11;

  /** Digits of an endpoint's id at most. */
  public static final int MAX_ENDPOINT_ID_DIGITS = 64;

  /** Addresses of one endpoint. */
  public static final int MAX_ADDRESSES = 16;

  /** Labels of one endpoint. */
  public static final int MAX_LABELS = 64;

  /** Characters of a name, a label's key or value, a network's id, a role. */
  public static final int MAX_TEXT = 255;

  /** Gossip keys that a host may say it holds; it never holds more than three. */
  public static final int MAX_KEY_EPOCHS = 16;

  private RecordLimits() {}
}

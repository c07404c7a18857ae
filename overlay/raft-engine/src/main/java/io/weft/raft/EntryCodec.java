package io.weft.raft;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;

/**
 * Turns log entries and stored configurations into bytes and back. Stands in Atomix's code where
 * its Kryo namespace stood, so that neither Kryo nor reflection ever meets bytes from a disk.
 */
public abstract class EntryCodec {
  /** The object as bytes. */
  public abstract byte[] serialize(Object object);

  /**
   * The object that these bytes stand for.
   *
   * @throws IllegalArgumentException when they stand for none
   */
  public abstract Object decode(byte[] bytes);

  /**
   * Writes the object at the buffer's position.
   *
   * @throws BufferOverflowException when it does not fit; the journal then opens a new segment
   */
  public final void serialize(Object object, ByteBuffer buffer) {
    buffer.put(serialize(object));
  }

  /** Reads an object from exactly these bytes; called by rewritten Atomix code. */
  public final Object deserialize(byte[] bytes) {
    return decode(bytes);
  }

  /** Reads an object from what remains in the buffer; called by rewritten Atomix code. */
  public final Object deserialize(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return decode(bytes);
  }
}

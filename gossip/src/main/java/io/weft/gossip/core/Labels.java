package io.weft.gossip.core;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Labels as the owner record {@code @labels}: count, then each key and value as a 16-bit length and
 * UTF-8 bytes.
 */
final class Labels {
  static final String KEY = "@labels";

  private Labels() {}

  static byte[] encode(SortedMap<String, String> labels) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeShort(labels.size());
      for (Map.Entry<String, String> e : labels.entrySet()) {
        write(out, e.getKey());
        write(out, e.getValue());
      }
    } catch (IOException e) {
      throw new IllegalStateException("an array in memory cannot fail", e);
    }
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeShort(bytes.length);
    out.write(bytes);
  }

  /** What can be read of them: a peer's bad labels are cut, never an error. */
  static SortedMap<String, String> decode(byte[] value) {
    TreeMap<String, String> labels = new TreeMap<>();
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(value))) {
      int count = Math.min(in.readUnsignedShort(), GossipInput.MAX_LABELS);
      for (int i = 0; i < count; i++) {
        String key = read(in);
        labels.put(key, read(in));
      }
    } catch (IOException e) {
      return labels;
    }
    return labels;
  }

  private static String read(DataInputStream in) throws IOException {
    int length = in.readUnsignedShort();
    if (length > GossipInput.MAX_LABEL_BYTES) {
      throw new IOException("a label of " + length + " bytes");
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
